package throttle

import "net/netip"

// Network is what counts as one address: of IPv6 the half that a household gets.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() || ip.Is4In6() {
		return address
	}
	half, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return half.String()
}
