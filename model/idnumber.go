package model

import (
	"strings"
	"time"
)

// IDNumber is a resident identity number (居民身份证号, GB 11643-1999).
type IDNumber string

// ParseIDNumber checks the form, the birth date and the check digit (ISO 7064
// MOD 11-2) and returns the number with its X in upper case.
func ParseIDNumber(text string) (IDNumber, error) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if len(text) != 18 {
		return "", Errorf(Invalid, "身份证号应为18位")
	}
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		digit := text[i]
		if digit < '0' || digit > '9' {
			return "", Errorf(Invalid, "身份证号第%d位不是数字", i+1)
		}
		sum += int(digit-'0') * weight
	}
	if "10X98765432"[sum%11] != text[17] {
		return "", Errorf(Invalid, "身份证号校验位不对，请核对")
	}
	id := IDNumber(text)
	if _, err := time.ParseInLocation("20060102", text[6:14], Shanghai); err != nil {
		return "", Errorf(Invalid, "身份证号中的出生日期不对")
	}
	return id, nil
}

// BornOn is the birth date as 2006-01-02.
func (id IDNumber) BornOn() string {
	return string(id[6:10] + "-" + id[10:12] + "-" + id[12:14])
}

// Gender is 男 or 女, by the 17th digit.
func (id IDNumber) Gender() string {
	if (id[16]-'0')%2 == 1 {
		return "男"
	}
	return "女"
}

// MaskIDNumber shows an ID number as views may: first three and last four digits,
// by which a cadre who has the paper recognises it.
func MaskIDNumber(number string) string {
	if len(number) < 15 {
		return "***"
	}
	return number[:3] + strings.Repeat("*", len(number)-7) + number[len(number)-4:]
}

// MaskPhone shows a phone number as views may: 138****5678.
func MaskPhone(phone string) string {
	if len(phone) < 11 {
		return "***"
	}
	return phone[:3] + strings.Repeat("*", len(phone)-7) + phone[len(phone)-4:]
}
