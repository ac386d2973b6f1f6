// Package job carries out what the prefecture does with lists and with the
// identity file, each as one straight line that a newcomer can read first:
// answer.go (一括提供), take.go (受付), load.go (附票本人確認情報ファイルの取込),
// receive.go (媒体の受領), hand.go (交付), recover.go (中断からの再開).
//
// It hides in which order files become durable and entries reach the ledger. It
// promises that the ledger speaks before anything is handed over, that each list
// that was taken in ends exactly once – answered or refused – however often the
// program is killed on the way, and that at every moment the plain content of a
// list stands in inbox/ alone.
//
// The order that makes this hold: a claim is sealed before it is entered as
// received, and entered before the plain file is erased; the sealed result lies
// under its final name before «sealed» is entered; it is moved to the outbox
// before «published» is entered. What an interrupted attempt left is thrown away
// unless «sealed» was entered: then exactly that result is published.
//
// INTAKE.md beside this file says which test holds which rule of intake for each of
// the three ways in: the inbox, a medium, an operator's hand.
package job
