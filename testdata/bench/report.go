package main

import (
	"fmt"
	"slices"
	"strings"
)

// report writes what was measured, as Markdown that can stand in a README.
func (b *bench) report() string {
	var out strings.Builder
	people := b.people[len(b.people)-1]
	rows := b.largestRows(people)
	fmt.Fprintf(&out, "# 計測 / measurement\n\n")
	fmt.Fprintf(&out, "%s · %s\n\n", machine(), strings.Join(b.versions, " · "))
	fmt.Fprintf(&out, "%s 人、%s 行、%d 回の中央値(比は、同じ回のなかの比の中央値と範囲)。DuckDB と sort は %d スレッド。仕事ごとに新しいプロセス、入力は読んで温めてから(カーネルのキャッシュは捨てない)、直前に sync。\n",
		grouped(people), grouped(rows), b.rounds, b.threads)
	fmt.Fprintf(&out, "*%s people, %s rows, medians of %d rounds (ratios: median and range of the ratios within a round); DuckDB and sort with %d threads; a new process for each job, inputs read beforehand (the kernel's caches are not dropped), sync before each.*\n\n",
		grouped(people), grouped(rows), b.rounds, b.threads)
	b.writeBars(&out, people, rows)
	b.writeRatios(&out, people, rows)
	b.writeWorks(&out, people, rows)
	b.writeAudit(&out, people, rows)
	b.writeScale(&out)
	out.WriteString(differences())
	for _, n := range b.notes {
		fmt.Fprintf(&out, "- %s\n", n)
	}
	return out.String()
}

// largestRows gives the largest list that was measured with so many people.
func (b *bench) largestRows(people int) int {
	most := 0
	for c := range b.results {
		if c.work == answer && c.people == people {
			most = max(most, c.rows)
		}
	}
	return most
}

func (b *bench) writeBars(out *strings.Builder, people, rows int) {
	fmt.Fprintf(out, "## 基準 / bars\n\n")
	if people != barPeople || rows != barRows {
		fmt.Fprintf(out, "**基準は %s 人・%s 行のものです。この回は別の大きさです。 / the bars are for %s people and %s rows; this run has another size.**\n\n",
			grouped(barPeople), grouped(barRows), grouped(barPeople), grouped(barRows))
	}
	fmt.Fprintf(out, "| 仕事 / work | 値 / value | 最初の基準 / first bar | 目標 / aim | |\n|---|---|---|---|---|\n")
	for _, x := range bars() {
		v, text, ok := x.value(b.results, people, rows)
		verdict := x.verdict(v)
		if !ok {
			text, verdict = "n/a", "測れず / not measured"
		}
		fmt.Fprintf(out, "| %s<br>%s | %s | ≤ %s | ≤ %s | %s |\n", x.ja, x.en, text, x.write(x.first), x.write(x.aim), verdict)
	}
	out.WriteString("\n")
}

// writeRatios sets the whole answer against each peer.
func (b *bench) writeRatios(out *strings.Builder, people, rows int) {
	fmt.Fprintf(out, "## baitai ÷ 相手 / baitai ÷ peer\n\n| 相手 / peer | 時間の比 / times | CPU 秒の比 / CPU seconds |\n|---|---|---|\n")
	for _, w := range []work{bare, bareCSV, folded, sqlite, coreutils, joinSorted} {
		top, bottom := cell{answer, people, rows}, cell{w, people, rows}
		mid, low, high, ok := b.results.ratio(top, bottom)
		if !ok {
			continue
		}
		topCPU, _ := b.results.cpu(top)
		bottomCPU, _ := b.results.cpu(bottom)
		fmt.Fprintf(out, "| %s | %.2f (%.2f–%.2f) | %.2f |\n", bothNames(w), mid, low, high, topCPU.Seconds()/bottomCPU.Seconds())
	}
	b.writeWithoutStart(out, people, rows)
	out.WriteString("\n")
}

// writeWithoutStart adds the comparison that is hardest for baitai: the bare join
// without the time in which node and DuckDB start.
func (b *bench) writeWithoutStart(out *strings.Builder, people, rows int) {
	var all []float64
	tops, joins, starts := b.results[cell{answer, people, rows}], b.results[cell{bare, people, rows}], b.results[cell{nothing, people, 0}]
	for i := range min(len(tops), len(joins), len(starts)) {
		all = append(all, tops[i].wall.Seconds()/(joins[i].wall-starts[i].wall).Seconds())
	}
	if mid, ok := median(all, func(f float64) float64 { return f }); ok && slices.Min(all) > 0 {
		fmt.Fprintf(out, "| %s、起動を除く / without its start | %.2f (%.2f–%.2f) | |\n", bothNames(bare), mid, slices.Min(all), slices.Max(all))
	}
}

func bothNames(w work) string {
	ja, en := w.names()
	return strings.ReplaceAll(ja, "  ", "— ") + " / " + strings.TrimSpace(en)
}

// writeWorks lists times and memory of everything at the largest size.
func (b *bench) writeWorks(out *strings.Builder, people, rows int) {
	fmt.Fprintf(out, "## 時間とメモリー / times and memory\n\n| 仕事 / work | 秒 / s | CPU 秒 / s | 最大 MiB / peak MiB |\n|---|---|---|---|\n")
	line := func(c cell) {
		wall, ok := b.results.wall(c)
		if !ok {
			return
		}
		cpu, _ := b.results.cpu(c)
		peak, _ := b.results.peak(c)
		name := bothNames(c.work)
		if c.rows == coldRows && rows != coldRows {
			name += " (1,000)"
		}
		fmt.Fprintf(out, "| %s | %.2f | %.2f | %d |\n", name, wall.Seconds(), cpu.Seconds(), peak>>20)
	}
	for w := answer; w < nothing; w++ {
		switch w {
		case load, update, readExtract, loadReady, loadFolded, loadSQLite, sortPeople:
			line(cell{w, people, 0})
		default:
			line(cell{w, people, rows})
			if rows != coldRows && w == answer {
				line(cell{w, people, coldRows})
			}
		}
	}
	line(cell{nothing, people, 0})
	out.WriteString("\nメモリーは、プロセスひとつの最大常駐量(wait4)。tmpfs に置いたものは含みません。 / *memory: the largest resident set of one process (wait4); what lies in tmpfs is not in it.*\n\n")
}

// writeAudit says what came out: speed alone is no answer.
func (b *bench) writeAudit(out *strings.Builder, people, rows int) {
	fmt.Fprintf(out, "## 何が出たか / what came out\n\n| 相手 / peer | だれかが出た行 / rows with somebody | 複数 / several | 正しい人が出ない / right person missed | **他人が出た / somebody else given out** |\n|---|---|---|---|---|\n")
	for _, w := range []work{bare, bareCSV, folded, sqlite, coreutils} {
		if t, ok := b.told[cell{w, people, rows}]; ok {
			fmt.Fprintf(out, "| %s | %s | %s | %s | **%s** |\n", bothNames(w), grouped(t["found"]), grouped(t["several"]), grouped(t["missed"]), grouped(t["wrong"]))
		}
	}
	var codes []string
	said := b.told[cell{answer, people, rows}]
	for code, n := range said {
		codes = append(codes, code+": "+grouped(n))
	}
	slices.Sort(codes)
	fmt.Fprintf(out, "\nbaitai: %s(00〜02 だけに個人情報が出ます / only 00–02 hold personal data)\n\n", strings.Join(codes, "、"))
}

// writeScale sets every size against every other.
func (b *bench) writeScale(out *strings.Builder) {
	works := []work{answer, bare, bareCSV, folded, sqlite, coreutils}
	works = slices.DeleteFunc(works, func(w work) bool {
		return !slices.ContainsFunc(b.people, func(p int) bool { return len(b.results[cell{w, p, coldRows}]) > 0 })
	})
	fmt.Fprintf(out, "## 大きさによる違い / scaling\n\n秒、かっこ内は最大 MiB / seconds, in brackets peak MiB\n\n| 人 / people | 行 / rows |")
	for _, w := range works {
		fmt.Fprintf(out, " %s |", bothNames(w))
	}
	fmt.Fprintf(out, "\n|---:|---:|%s\n", strings.Repeat("---:|", len(works)))
	for _, p := range b.people {
		for _, r := range b.rows {
			if len(b.results[cell{answer, p, r}]) == 0 {
				continue
			}
			fmt.Fprintf(out, "| %s | %s |", grouped(p), grouped(r))
			for _, w := range works {
				wall, _ := b.results.wall(cell{w, p, r})
				peak, _ := b.results.peak(cell{w, p, r})
				fmt.Fprintf(out, " %.2f (%d) |", wall.Seconds(), peak>>20)
			}
			out.WriteString("\n")
		}
	}
	out.WriteString("\n")
}

// differences says what each of them does and does not do.
func differences() string {
	return `## 何をして、何をしないか / who does what

| | baitai | DuckDB 結合のみ / bare | DuckDB 畳み込み+age / folding + age | SQLite | coreutils join |
|---|---|---|---|---|---|
| 入力 / input | CP932 の名簿 / the list in CP932 | 整えた UTF-8 / ready UTF-8 | iconv で UTF-8 に / through iconv | 整えた UTF-8 / ready UTF-8 | 整えた TSV / ready TSV |
| 様式・件数・ダイジェスト・許可 / form, counts, digest, grant | ✔ | – | – | – | – |
| 字体・かな・幅・元号 / variants, kana, width, eras | ✔ | – | ✔ (字体は包摂・常用 / tiers 1–2) | – | – |
| 住所・性別・履歴・旧氏 / address, sex, history, former names | ✔ | – | – | – | – |
| 一致の度合い・競合する人・支援措置 / grades, rivals, protected people | ✔ | – | – | – | – |
| 誤った元号・読めない字の拒否 / wrong eras, unreadable characters refused | ✔ | – | – | – | – |
| 一行に一つの回答、名簿の順 / one answer a row, in the list's order | ✔ | 複数になる / several | 複数になる / several | 複数になる / several | 複数、順は鍵 / several, by key |
| 保存時の封印 / sealed at rest | ✔ | – | – | – | – |
| 結果の封印 / sealed result | ✔ | – | ✔ age | – | – |
| 署名・台帳・県の控え・提供ハッシュ / signature, ledger, own copy, provision hashes | ✔ | – | – | – | – |
| 中断からの再開 / restart after a kill | ✔ | – | – | – | – |
| 出力 / output | zstd CSV, age | zstd CSV | zstd CSV, age | zstd CSV | zstd TSV |

`
}
