// Package invent makes people who do not exist: an identity file's worth of them
// (附票本人確認情報) with their histories, lists that ask for them (検索条件のリスト)
// with known answers, and lists that are broken on purpose.
//
// It hides the tables of names and towns, and how a household comes about. It
// promises that everything follows from the seed: the same options give the same
// bytes, and person number k is the same person however many are asked for,
// because people are made in blocks of a thousand, each with a random stream of
// its own. So blocks can be made in any order, and on many cores.
//
// It also promises to be a witness that the product cannot talk into agreement:
// nothing here folds, and the tables that lists are spoiled with are not the
// tables that the product folds by. Names and addresses are put together by
// chance from parts that are common in Japan; that somebody real has one of these
// names is chance too.
package invent

import (
	"errors"
	"iter"
	"math/rand/v2"
	"time"

	"baitai/pipeline/person"
)

// BlockPeople is how many people one random stream makes.
const BlockPeople = 1024

// peopleMax keeps the numbers of the people in the file apart from those of the
// strangers: each person has numbersEach of the 10¹⁰ bodies of a 住民票コード.
const (
	numbersEach   = 4
	peopleMax     = 1 << 30
	strangersFrom = 1 << 30
)

// Options say which world to invent.
type Options struct {
	Seed   uint64
	People int       // in the identity file, 1 to 1,073,741,824
	AsOf   time.Time // the day on which the file is as it is; nothing in it is later
}

// A World is a prefecture's identity file that was never filed.
type World struct {
	seed   uint64
	people int
	asOf   Date
	codes  codebook
	tables *tables
}

// ErrOptions says that the options describe no world.
var ErrOptions = errors.New("invent: people must be 1 to 1,073,741,824, and the day between 1990 and 2999")

// New prepares a world; people are made when they are asked for.
func New(o Options) (*World, error) {
	if o.People < 1 || o.People > peopleMax || o.AsOf.Year() < 1990 || o.AsOf.Year() > 2999 {
		return nil, ErrOptions
	}
	t, err := loadTables()
	if err != nil {
		return nil, err
	}
	day := Date{o.AsOf.Year(), int(o.AsOf.Month()), o.AsOf.Day()}
	return &World{seed: o.Seed, people: o.People, asOf: day, codes: newCodebook(o.Seed), tables: t}, nil
}

// Len returns the number of people in the file.
func (w *World) Len() int { return w.people }

// People gives everybody in the file, by number. A person's slice of versions
// belongs to the receiver.
func (w *World) People() iter.Seq[*Person] {
	return func(yield func(*Person) bool) {
		for b := range w.Blocks() {
			for _, p := range w.Block(b) {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// Blocks returns the number of blocks.
func (w *World) Blocks() int { return (w.people + BlockPeople - 1) / BlockPeople }

// Block makes the people of block b, 0 ≤ b < Blocks. It is a pure function and
// may be called from several goroutines.
func (w *World) Block(b int) []*Person {
	people := w.block(b, streamPeople, b*BlockPeople)
	if left := w.people - b*BlockPeople; left < len(people) {
		people = people[:left]
	}
	return people
}

// strangers makes people of the same kind who are not in the file: their 本籍 is
// in another prefecture.
func (w *World) strangers(b int) []*Person {
	return w.block(b, streamStrangers, strangersFrom+b*BlockPeople)
}

// Owner tells whose code it is: the number of the person in the file who holds or
// held it.
func (w *World) Owner(code string) (number int, ok bool) {
	n, ok := w.codes.number(code)
	if !ok || n/numbersEach >= uint64(w.people) {
		return 0, false
	}
	p, i := int(n/numbersEach), n%numbersEach
	return p, i == 0 || i < uint64(w.person(p).codes) // everybody has a first code
}

func (w *World) person(n int) *Person { return w.Block(n / BlockPeople)[n%BlockPeople] }

// Streams of one seed that must not run alike.
const (
	streamPeople uint64 = iota + 1
	streamStrangers
	streamList
	streamShuffle
	streamCodes
	streamTowns
)

// stream returns the random stream of one block for one use.
func stream(seed, use, block uint64) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed+mix(use)), mix(block+mix(use^0x9E3779B97F4A7C15))))
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// A Person is one invented person with all versions, oldest first.
type Person struct {
	Number   int // 0 and up; strangers from 1,073,741,824
	Versions []Version
	Reading  string // the true ふりがな, also where the file has none yet
	TwinOf   int    // number of the twin, or -1
	SonOf    int    // number of the father with the same kanji, or -1
	Likeness int    // number of a stranger with the same name, birth and sex, or -1
	codes    int    // how many codes were ever held
}

// Current returns the version in force.
func (p *Person) Current() *Version { return &p.Versions[len(p.Versions)-1] }

// A Version is one 履歴: the strings stand as they do in the extract, so that a
// row can be compared with them byte for byte.
type Version struct {
	Code          string       // 住民票コード
	History       int          // 履歴番号, from 1
	State         person.State // 状態
	Name          string       // 氏名, surname and given name parted by U+3000
	Kana          string       // 氏名ふりがな, hiragana, or empty
	FormerSurname string       // 旧氏
	Birth         string       // 生年月日, YYYY-MM-DD
	Sex           string       // 性別, 1 or 2
	Municipality  string       // 市町村コード
	Address       string       // 住所
	LastAddress   string       // 最終住所
	Registrar     string       // 附票管理市町村コード
	Reason        string       // 異動事由
	ChangeDate    string       // 異動年月日
	NoticeDate    string       // 通知年月日
	OldCode       string       // 旧住民票コード
	Support       string       // 支援措置: empty, 1, 2, 3

	born Date
	home home // what Address or LastAddress was written from
}

// Where returns the address that a list would give: 住所, or 最終住所 for a
// 国外転出者.
func (v *Version) Where() string {
	if v.State == person.Abroad {
		return v.LastAddress
	}
	return v.Address
}

// Protected reports whether 支援措置 (1 or 2) is in force.
func (v *Version) Protected() bool { return v.Support == "1" || v.Support == "2" }
