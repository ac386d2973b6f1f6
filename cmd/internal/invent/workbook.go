package invent

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
)

// ErrTooManyRows says that a sheet cannot hold so many rows.
var ErrTooManyRows = errors.New("invent: more rows than a sheet can hold")

// sheetPart is one sheet to be written. Cells are inline strings, so that what a
// reader sees is what was meant, unless cell says otherwise.
//
// Why: workbooks are written here by hand and not with the product's writer, so
// that the product's reader is tested with files that it has no part in.
type sheetPart struct {
	name   string
	hidden bool
	rows   iter.Seq[[]string]
	cell   func(ref, text string) string // XML of one cell; nil: an inline string
	tail   string                        // XML after sheetData (mergeCells)
}

const (
	xmlHead     = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	spreadsheet = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relations   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packageRel  = `http://schemas.openxmlformats.org/package/2006/relationships`
)

// extraPart is a further file of the package.
type extraPart struct {
	path, contentType string
	data              []byte
}

func writeWorkbook(out io.Writer, sheets ...sheetPart) error {
	return writePackage(out, nil, sheets...)
}

// writePackage writes the OPC package. Times in the ZIP are fixed, so that the
// same rows give the same bytes.
func writePackage(out io.Writer, extra []extraPart, sheets ...sheetPart) error {
	z := zip.NewWriter(out)
	var types, books, rels strings.Builder
	for i, s := range sheets {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		state := ""
		if s.hidden {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&books, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, escapeXML(s.name), i+1, state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, relations, i+1)
	}
	main := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
	for _, e := range extra {
		fmt.Fprintf(&types, `<Override PartName="/%s" ContentType="%s"/>`, e.path, e.contentType)
		if strings.HasSuffix(e.path, "vbaProject.bin") {
			main = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
			fmt.Fprintf(&rels, `<Relationship Id="rIdV" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>`)
		}
	}
	fmt.Fprintf(&rels, `<Relationship Id="rIdS" Type="%s/styles" Target="styles.xml"/>`, relations)
	files := []extraPart{
		{path: "[Content_Types].xml", data: []byte(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + main + `"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`)},
		{path: "_rels/.rels", data: []byte(xmlHead + `<Relationships xmlns="` + packageRel + `"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{path: "xl/workbook.xml", data: []byte(xmlHead + `<workbook xmlns="` + spreadsheet + `" xmlns:r="` + relations + `"><sheets>` + books.String() + `</sheets></workbook>`)},
		{path: "xl/_rels/workbook.xml.rels", data: []byte(xmlHead + `<Relationships xmlns="` + packageRel + `">` + rels.String() + `</Relationships>`)},
		{path: "xl/styles.xml", data: []byte(xmlHead + `<styleSheet xmlns="` + spreadsheet + `"><fonts count="1"><font><sz val="11"/><name val="ＭＳ Ｐゴシック"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`)},
	}
	for _, e := range append(files, extra...) {
		p, err := zipPart(z, e.path)
		if err != nil {
			return err
		}
		if _, err := p.Write(e.data); err != nil {
			return fmt.Errorf("invent: workbook: %w", err)
		}
	}
	for i, s := range sheets {
		p, err := zipPart(z, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if err != nil {
			return err
		}
		if err := s.write(p); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("invent: workbook: %w", err)
	}
	return nil
}

func zipPart(z *zip.Writer, path string) (io.Writer, error) {
	p, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate,
		Modified: time.Date(2025, 4, 1, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		return nil, fmt.Errorf("invent: workbook: %w", err)
	}
	return p, nil
}

func (s sheetPart) write(out io.Writer) error {
	cell := s.cell
	if cell == nil {
		cell = inlineString
	}
	b := bufio.NewWriter(out)
	b.WriteString(xmlHead + `<worksheet xmlns="` + spreadsheet + `"><sheetData>`)
	row := 0
	for cells := range s.rows {
		row++
		fmt.Fprintf(b, `<row r="%d">`, row)
		for i, text := range cells {
			if text != "" {
				b.WriteString(cell(cellRef(i, row), text))
			}
		}
		if _, err := b.WriteString(`</row>`); err != nil {
			return fmt.Errorf("invent: workbook: %w", err)
		}
	}
	b.WriteString(`</sheetData>` + s.tail + `</worksheet>`)
	if err := b.Flush(); err != nil {
		return fmt.Errorf("invent: workbook: %w", err)
	}
	return nil
}

// cellRef names a cell of the first 26 columns, counted from 0, rows from 1.
func cellRef(column, row int) string { return fmt.Sprintf("%c%d", 'A'+column, row) }

func inlineString(ref, text string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t xml:space="preserve">` + escapeXML(text) + `</t></is></c>`
}

func escapeXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
