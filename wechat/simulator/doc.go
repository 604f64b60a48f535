// Package simulator is a WeChat platform that fits into one process: it serves, over real HTTP, the
// API paths that this program calls, enforces the rules that the real platform enforces, pushes signed
// and encrypted callbacks to the program, and shows a page of phones on which people chat with the
// official account.
//
// It exists so that `server demo` and the tests talk to something that refuses what WeChat refuses.
// What it enforces, and where the platform's documents leave room:
//
//   - Access tokens live 7,200 s. cgi-bin/token makes a new one each time and lets the last one work for
//     five more minutes; cgi-bin/stable_token returns the same one until five minutes before its end,
//     and a forced refresh ends the last one at once, 20 times a day.
//   - Customer-service messages need an open window: a message opens 5 in 48 h, a menu click, a follow
//     or a scan 3 in 1 min. A send uses up the window that closes first (the documents don't say which).
//   - A one-time subscription is exactly one send.
//   - A callback has 5 s, three deliveries at most; a malformed answer shows the villager
//     「该公众号提供的服务出现故障」 at once, silence does after the third delivery.
//   - Login, OAuth and phone codes work once, for five minutes.
//
// Nothing here may face the internet: it starts from `demo` or a test only, and its pages refuse
// everyone who doesn't come over the loopback interface.
package simulator
