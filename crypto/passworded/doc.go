// Package passworded makes and reads files that open with a password alone
// (パスワード付きファイル): workbooks with the agile encryption of Office (ECMA-376,
// MS-OFFCRYPTO 2.3.4.10: AES-256, SHA-512, integrity) and zip archives with AES-256
// (WinZip AE-2). They go to offices that receive by internal mail and open results
// with what they have; an office that has an age key is better served by package
// crypto.
//
// It hides the compound file (CFB) that an encrypted workbook is, and every
// password: a [Password] prints as a mask under every verb of fmt. It promises
//   - that what it writes is opened by Excel's rules and by tools not written here
//     (tests: msoffcrypto-tool, LibreOffice, excelize, 7-Zip, bsdtar);
//   - that nothing of a file is given out before its password and its integrity
//     code have been found right: a wrong password is [ErrPassword], a changed bit
//     [ErrChanged];
//   - that what it reads is read with bounded memory, whatever a hostile file says
//     of itself, and that no error holds a byte of it;
//   - that what is weaker is not read at all: RC4, and Office 2007's «standard»
//     encryption, which has no integrity code, are [ErrOldEncryption].
//
// It does not promise that a password withstands guessing: a guess costs a
// thousandth of what it costs against age, so that [Judge] refuses weak ones.
// Names, sizes and times of a zip's entries are visible to everybody: the names
// that are given must say nothing.
package passworded

import "errors"

// Why a file could not be read.
var (
	ErrPassword      = errors.New("passworded: wrong password")
	ErrChanged       = errors.New("passworded: the content is not what was encrypted")
	ErrDamaged       = errors.New("passworded: damaged, or not such a file")
	ErrOldEncryption = errors.New("passworded: an encryption that is too weak to be read (RC4 or Office 2007)")
	ErrOtherCipher   = errors.New("passworded: an encryption that is not known here")
)

// ErrTooLarge says that a file outgrows what its form can hold.
var ErrTooLarge = errors.New("passworded: larger than this form of file can be")

// ErrBadName says that an entry's name is not one of constant, harmless names.
var ErrBadName = errors.New("passworded: a name is 1 to 64 of a-z, 0-9, point, hyphen, underscore")
