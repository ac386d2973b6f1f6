package ledger

import "time"

// ImageDigest is the key in Digests of [HandingOver] under which the SHA-256 of the image
// of a disc stands that was made to be burnt (交付用のディスクイメージ).
const ImageDigest = "image"

// ReceivedOn is the key in Counts of [ReceiptConfirmed] under which the day stands on
// which the office received what it confirms (受領年月日), as a number: 20261127.
const ReceivedOn = "received-on"

// DayNumber is a day as a number that sorts: 20261127.
func DayNumber(t time.Time) int64 {
	year, month, day := t.Date()
	return int64(year)*10000 + int64(month)*100 + int64(day)
}

// DayOf writes such a number as 2026-11-27.
func DayOf(n int64) string {
	return time.Date(int(n/10000), time.Month(n/100%100), int(n%100), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}
