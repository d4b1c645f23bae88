package market

import (
	"bytes"
	"fmt"
	"strings"

	"mantis/data"
)

// page is a file, unpacked, and what it turns out to be.
type page struct {
	own     map[string]string // the user's names of columns
	path    string            // with that of the file inside an archive behind it
	content []byte
	kind    kind
	said    said
	width   int // columns of the first row, where they have no names
	sep     byte

	header layout        // of text whose columns are named; names nil: they are not
	body   []byte        // the rows of text
	top    *reader       // what stands above them
	doc    *document     // of JSON
	table  *data.Foreign // of Feather and Parquet
	binary string        // "feather" or "parquet"
}

// longestLine is the longest line, or row of JSON, that is read: some hundred
// times that of any candle.
const longestLine = 1 << 20

func tooLong(number int) error {
	return &data.InputError{Line: number, Reason: fmt.Sprintf("a line that is longer than %d bytes", longestLine),
		Hint: "no candle is: this may be another kind of file, or its line ends are lost"}
}

// newPage finds out what a file is written in.
func newPage(path string, content []byte, opt *Options) (*page, error) {
	p := &page{path: path, content: bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), said: pathSays(path), own: opt.Columns}
	top := p.content[:min(len(p.content), 4096)]
	switch {
	case len(bytes.TrimSpace(top)) == 0 && len(bytes.TrimSpace(p.content)) == 0:
		return nil, &data.InputError{Reason: "the file is empty", Hint: "fetch it again, or leave it out"}
	case bytes.HasPrefix(top, []byte("\xff\xfe")), bytes.HasPrefix(top, []byte("\xfe\xff")):
		return nil, &data.InputError{Reason: "the file is in UTF-16", Hint: "save it as UTF-8"}
	case bytes.HasPrefix(top, []byte("ARROW1")), bytes.HasPrefix(top, []byte("FEA1")):
		return p.inTable("feather", data.ReadFeather)
	case bytes.HasPrefix(top, []byte("PAR1")):
		return p.inTable("parquet", data.ReadForeignParquet)
	case bytes.IndexByte(top, 0) >= 0:
		return nil, &data.InputError{Reason: "this is no text file, and none of the packed or binary kinds that are read", Hint: "convert it to CSV"}
	case looksLikeJSON(top):
		return p.inJSON()
	}
	return p.inText(opt)
}

func (p *page) inTable(kind string, read func([]byte) (*data.Foreign, error)) (*page, error) {
	table, err := read(p.content)
	if err != nil {
		return nil, &data.InputError{Reason: "no " + kind + " file that can be read: " + err.Error(), Hint: data.Hint(err)}
	}
	p.kind, p.table, p.binary = inTable, table, kind
	for _, c := range table.Columns {
		p.header.names = append(p.header.names, c.Name)
	}
	return p, nil
}

func (p *page) inJSON() (*page, error) {
	d, err := findRows(p.content)
	if err != nil {
		return nil, err
	}
	p.kind, p.doc, p.header.names = inJSON, d, d.keys
	if d.at >= 0 && !d.objects {
		rows := d.rows(nil)
		if _, _, err := rows.next(); err != nil {
			return nil, err
		}
		p.width = len(rows.value)
	}
	return p, nil
}

// inText reads what stands above the rows of a text, or finds that nothing
// does.
func (p *page) inText(opt *Options) (*page, error) {
	p.kind = inText
	if err := p.lines(); err != nil {
		return nil, err
	}
	p.top = &reader{file: p.path, opt: *opt, content: p.content}
	err := p.top.header()
	if err == nil {
		p.header, p.body, p.sep = p.top.layout, p.top.body, p.top.layout.sep
		return p, nil
	}
	if !p.top.nameless || len(p.own) > 0 && strings.Trim(p.own["time"]+p.own["open"], "0123456789") != "" {
		return nil, err
	}
	p.body = p.content
	for rest := p.content; len(rest) > 0; {
		var line []byte
		if line, rest = cutLine(rest); len(bytes.TrimSpace(line)) > 0 {
			var c cells
			p.sep = separator(string(line))
			c.cut(line, p.sep, true)
			p.width = c.count()
			break
		}
	}
	return p, nil
}

// lines is an error where a line is longer than any can be.
func (p *page) lines() error {
	for rest := p.content; len(rest) > longestLine; {
		i := bytes.LastIndexByte(rest[:longestLine+1], '\n')
		if i < 0 {
			return tooLong(1 + bytes.Count(p.content[:len(p.content)-len(rest)], []byte("\n")))
		}
		rest = rest[i+1:]
	}
	return nil
}

// names are the names of the columns, where the file gives any.
func (p *page) names() []string { return p.header.names }

// each calls visit with the rows, from the first, until it has enough or a row
// is torn.
func (p *page) each(visit func(*cells) bool) {
	if p.kind == inJSON {
		for rows := p.doc.rows(nil); ; {
			_, ok, err := rows.next()
			if err != nil || !ok || !visit(&rows.row) {
				return
			}
		}
	}
	var c cells
	for rest := p.body; len(rest) > 0; {
		var line []byte
		if line, rest = cutLine(rest); len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if c.cut(line, p.sep, true); !visit(&c) {
			return
		}
	}
}
