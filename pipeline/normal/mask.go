package normal

import (
	"fmt"
	"log/slog"

	"baitai/pipeline/person"
)

// Format prints a mask.
func (n Name) Format(f fmt.State, _ rune) { writeMask(f) }

// LogValue gives the mask to log/slog.
func (n Name) LogValue() slog.Value { return slog.StringValue(person.Mask) }

// MarshalText gives the mask to encoders.
func (n Name) MarshalText() ([]byte, error) { return []byte(person.Mask), nil }

// Format prints a mask.
func (k Kana) Format(f fmt.State, _ rune) { writeMask(f) }

// LogValue gives the mask to log/slog.
func (k Kana) LogValue() slog.Value { return slog.StringValue(person.Mask) }

// MarshalText gives the mask to encoders.
func (k Kana) MarshalText() ([]byte, error) { return []byte(person.Mask), nil }

// Format prints a mask.
func (a Address) Format(f fmt.State, _ rune) { writeMask(f) }

// LogValue gives the mask to log/slog.
func (a Address) LogValue() slog.Value { return slog.StringValue(person.Mask) }

// MarshalText gives the mask to encoders.
func (a Address) MarshalText() ([]byte, error) { return []byte(person.Mask), nil }

func writeMask(f fmt.State) {
	_, _ = f.Write([]byte(person.Mask)) // fmt offers no way to report an error here
}
