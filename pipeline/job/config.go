package job

import (
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"baitai/formats/tomlfile"
	"baitai/formats/wrap"
	"baitai/pipeline/issue"
)

// A Config is what baitai.toml holds. Every key is listed here; any other is an
// error with its line.
type Config struct {
	Version int    `toml:"version"` // of this file: 0
	Name    string `toml:"name"`    // 名称 of the prefecture, shown on results
	Origin  string `toml:"origin"`  // name of the ledger for ever, host/path
	Role    string `toml:"role"`    // prefecture, municipality or national
	Temp    string `toml:"temp"`    // folder on tmpfs for what must not reach a disk

	Intake struct {
		StillSeconds  int   `toml:"still_seconds"`   // a file must not have changed for so long
		MinAgeSeconds int   `toml:"min_age_seconds"` // the same for a list without a request file beside it
		MaxBytes      int64 `toml:"max_bytes"`       // largest file
		MaxRows       int   `toml:"max_rows"`        // most rows of any list
		Places        int   `toml:"places"`          // places named in an error file
		Attempts      int   `toml:"attempts"`        // interruptions after which a job is held
	} `toml:"intake"`

	// Unpack bounds what a container may do; see wrap.Limits.
	Unpack struct {
		Bytes       int64 `toml:"bytes"`        // all lists of a container, unpacked
		Ratio       int64 `toml:"ratio"`        // unpacked over packed
		Entries     int   `toml:"entries"`      // files in a zip
		Depth       int   `toml:"depth"`        // containers around a list
		NameBytes   int   `toml:"name_bytes"`   // of a name in a zip, with its folders
		WindowBytes int64 `toml:"window_bytes"` // memory that unpacking zstd may ask for
	} `toml:"unpack"`

	Work struct {
		Workers int `toml:"workers"` // goroutines that compare; 0: one a core
		Chunk   int `toml:"chunk"`   // rows looked up at once
	} `toml:"work"`

	Result struct {
		PartRows int64 `toml:"part_rows"` // a result with more rows is split (分割); 0: partRowsMost
	} `toml:"result"`

	Identity struct {
		Generations int `toml:"generations"` // of the identity file that are kept; 0: generationsKept
	} `toml:"identity"`

	Log struct {
		File  string `toml:"file"`  // JSON lines; relative to the site
		Level string `toml:"level"` // debug, info, warn, error
	} `toml:"log"`
}

// partRowsMost is the most rows that one file of a result may have. A sheet holds
// 1,048,576 rows with its header. A file on a FAT32 medium ends at 4 GiB: also a CSV
// that is unpacked there stays below, for a row may then have 4,294 bytes, and the
// longest plausible one (twelve fields, grades and what they rest on) has some 3,000.
const partRowsMost = 1_000_000

// generationsKept is a month of nightly updates and the days of a long weekend: so
// long an answer can be explained from the file that gave it. Updates share what did
// not change, so that these are some five bases and their deltas, 4 GB for five million
// people.
const generationsKept = 35

// How many places an error file names. A clerk who takes half a minute for each has
// a day's work with 1,000 of them; what is more has few causes, and the counts by code
// name them. A line has some 400 bytes in both languages, so that the file stays below
// half a megabyte. A sheet takes 1,048,576 lines, those of the counts among them.
const (
	placesDefault = 1000
	placesMost    = 1_000_000
)

// ConfigFile is the name of the settings in a site.
const ConfigFile = "baitai.toml"

// DefaultConfig is what init writes.
func DefaultConfig(name, origin string) Config {
	var c Config
	c.Name, c.Origin, c.Role, c.Temp = name, origin, "prefecture", "/dev/shm"
	c.Intake.StillSeconds, c.Intake.MinAgeSeconds = 3, 10
	c.Intake.MaxBytes, c.Intake.MaxRows = 4<<30, 10_000_000
	c.Intake.Places, c.Intake.Attempts = placesDefault, 3
	u := wrap.DefaultLimits()
	c.Unpack.Bytes, c.Unpack.Ratio, c.Unpack.Entries = u.UnpackedBytesMax, u.RatioMax, u.EntriesMax
	c.Unpack.Depth, c.Unpack.NameBytes, c.Unpack.WindowBytes = u.DepthMax, u.NameBytesMax, u.WindowBytesMax
	c.Work.Chunk = 1_000_000
	c.Result.PartRows = partRowsMost
	c.Identity.Generations = generationsKept
	c.Log.File, c.Log.Level = "log/baitai.jsonl", "info"
	return c
}

// Text writes the settings with a comment on each, for a person to edit.
func (c Config) Text() string {
	q := strconv.Quote
	n := strconv.Itoa
	return `# baitai の設定。知らない項目があると起動しません。
# Settings of baitai. An unknown key is an error.
version = ` + n(c.Version) + `
name = ` + q(c.Name) + `        # 結果や帳票に載る名称 / shown on results and forms
origin = ` + q(c.Origin) + `    # 台帳の名前。作った後は変えられません / name of the ledger, for ever
role = ` + q(c.Role) + `        # prefecture(都道府県) municipality(市町村) national(機構)
temp = ` + q(c.Temp) + `        # 一時ファイルの置き場。メモリー上(tmpfs)にすること / must be on tmpfs

[intake]   # 受付
still_seconds = ` + n(c.Intake.StillSeconds) + `      # 変化がなくなってから待つ秒数 / stillness before a file is taken
min_age_seconds = ` + n(c.Intake.MinAgeSeconds) + `   # 依頼書のないリストを待つ秒数 / the same without a request file
max_bytes = ` + strconv.FormatInt(c.Intake.MaxBytes, 10) + `   # ファイルの大きさの上限 / largest file
max_rows = ` + n(c.Intake.MaxRows) + `     # リストの行数の上限 / most rows of a list
places = ` + n(c.Intake.Places) + `          # 不備一覧に載せる場所の数 / places named in an error file
attempts = ` + n(c.Intake.Attempts) + `           # この回数中断したら保留にする / interruptions before a job is held

[unpack]   # 圧縮ファイル・封印の中身 / what is inside of zip, gzip, zstd, age
bytes = ` + strconv.FormatInt(c.Unpack.Bytes, 10) + `       # 展開した大きさの合計の上限 / everything unpacked together
ratio = ` + strconv.FormatInt(c.Unpack.Ratio, 10) + `              # 何倍まで大きくなってよいか / unpacked over packed
entries = ` + n(c.Unpack.Entries) + `            # zip の中のファイルの数の上限 / files in a zip
depth = ` + n(c.Unpack.Depth) + `                # 何重まで開くか / containers around a list
name_bytes = ` + n(c.Unpack.NameBytes) + `         # 中のファイル名の長さの上限 / longest name of a file inside
window_bytes = ` + strconv.FormatInt(c.Unpack.WindowBytes, 10) + `   # 展開に使うメモリーの上限(zstd) / memory that unpacking zstd may ask for

[work]     # 照合
workers = ` + n(c.Work.Workers) + `            # 0 は CPU の数 / 0: one a core
chunk = ` + n(c.Work.Chunk) + `         # 一度に照会する行数 / rows looked up at once

[result]   # 結果
part_rows = ` + strconv.FormatInt(c.Result.PartRows, 10) + `     # これを超える結果は、番号の付いたファイルに分ける / a result with more rows is split into numbered files

[identity] # 附票本人確認情報ファイル
generations = ` + n(c.Identity.Generations) + `       # 残す世代の数。終わっていない受付の世代は別に残る / generations kept, beside those of open jobs

[log]      # 動作記録(個人情報は載りません) / no personal data
file = ` + q(c.Log.File) + `
level = ` + q(c.Log.Level) + `
`
}

// LoadConfig reads baitai.toml of a site. Its errors are issues with the line.
func LoadConfig(dir string) (Config, error) {
	f, err := os.Open(filepath.Join(dir, ConfigFile))
	if errors.Is(err, os.ErrNotExist) {
		return Config{}, issue.New(issue.NotASite, issue.Pos{}).Because(err)
	}
	if err != nil {
		return Config{}, issue.New(issue.CannotRead, issue.Pos{File: ConfigFile}).Because(err)
	}
	defer f.Close()
	return readConfig(f)
}

func readConfig(r io.Reader) (Config, error) {
	c := Config{Version: -1}
	if err := tomlfile.Decode(r, &c); err != nil {
		return Config{}, settingIssues(err)
	}
	return c, c.check().Err()
}

// settingIssues turns what the decoder found into issues with line and column.
func settingIssues(err error) error {
	var list issue.List
	var found tomlfile.Errors
	errors.As(err, &found)
	for _, e := range found {
		pos := issue.Pos{File: ConfigFile, Row: e.Line, Column: e.Column}
		code := issue.SettingSyntax
		var args []any
		switch e.Kind {
		case tomlfile.UnknownKey:
			code, args = issue.SettingUnknown, []any{e.Key}
		case tomlfile.WrongType:
			code, args = issue.SettingWrongType, []any{e.Key}
		}
		list = append(list, issue.New(code, pos, args...).Because(err))
	}
	if len(list) == 0 {
		return issue.New(issue.SettingSyntax, issue.Pos{File: ConfigFile}).Because(err)
	}
	return list
}

// check finds settings that are missing or impossible. Nothing that the law
// cares about has a silent default: a missing limit is an error.
func (c Config) check() issue.List {
	var list issue.List
	pos := issue.Pos{File: ConfigFile}
	missing := func(bad bool, key string) {
		if bad {
			list = append(list, issue.New(issue.SettingMissing, pos, key))
		}
	}
	bad := func(bad bool, key string) {
		if bad {
			list = append(list, issue.New(issue.SettingBadValue, pos, key))
		}
	}
	missing(c.Version < 0, "version")
	bad(c.Version > 0, "version")
	missing(c.Name == "", "name")
	missing(c.Origin == "", "origin")
	missing(c.Role == "", "role")
	bad(c.Role != "" && c.Role != "prefecture" && c.Role != "municipality" && c.Role != "national", "role")
	missing(c.Temp == "", "temp")
	bad(c.Intake.StillSeconds < 0, "intake.still_seconds")
	bad(c.Intake.MinAgeSeconds < 0, "intake.min_age_seconds")
	missing(c.Intake.MaxBytes == 0, "intake.max_bytes")
	bad(c.Intake.MaxBytes < 0, "intake.max_bytes")
	missing(c.Intake.MaxRows == 0, "intake.max_rows")
	bad(c.Intake.MaxRows < 0, "intake.max_rows")
	missing(c.Intake.Places == 0, "intake.places")
	bad(c.Intake.Places < 0 || c.Intake.Places > placesMost, "intake.places")
	missing(c.Intake.Attempts == 0, "intake.attempts")
	bad(c.Intake.Attempts < 0, "intake.attempts")
	for key, value := range c.unpackValues() {
		missing(value == 0, key)
		bad(value < 0, key)
	}
	bad(c.Work.Workers < 0, "work.workers")
	bad(c.Work.Chunk < 0, "work.chunk")
	bad(c.Result.PartRows < 0 || c.Result.PartRows > partRowsMost, "result.part_rows")
	bad(c.Identity.Generations < 0, "identity.generations")
	switch c.Log.Level {
	case "", "debug", "info", "warn", "error":
	default:
		bad(true, "log.level")
	}
	return list
}

func (c Config) still() time.Duration  { return time.Duration(c.Intake.StillSeconds) * time.Second }
func (c Config) minAge() time.Duration { return time.Duration(c.Intake.MinAgeSeconds) * time.Second }

// partRows is the most rows of one file of a result. Settings that were made before
// results were split do not have it.
func (c Config) partRows() int64 {
	if c.Result.PartRows == 0 {
		return partRowsMost
	}
	return c.Result.PartRows
}

// generations is how many generations of the identity file are kept. Settings that
// were made before any were removed do not have it.
func (c Config) generations() int {
	if c.Identity.Generations == 0 {
		return generationsKept
	}
	return c.Identity.Generations
}

// unpackValues gives each limit of containers by its key, in the order of the file.
func (c Config) unpackValues() iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		u := c.Unpack
		_ = yield("unpack.bytes", u.Bytes) && yield("unpack.ratio", u.Ratio) && yield("unpack.entries", int64(u.Entries)) &&
			yield("unpack.depth", int64(u.Depth)) && yield("unpack.name_bytes", int64(u.NameBytes)) && yield("unpack.window_bytes", u.WindowBytes)
	}
}

func (c Config) unpackLimits() wrap.Limits {
	u := c.Unpack
	return wrap.Limits{UnpackedBytesMax: u.Bytes, RatioMax: u.Ratio, EntriesMax: u.Entries, DepthMax: u.Depth,
		NameBytesMax: u.NameBytes, WindowBytesMax: u.WindowBytes}
}
