package market

import (
	"bytes"
	"io"
	"strings"

	"mantis/data"
)

// page is a file, unpacked, and what it turns out to be.
type page struct {
	own     map[string]string // the user's names of columns
	path    string            // with that of the file inside an archive behind it
	content []byte            // of text the first block
	more    *lines            // the blocks that follow
	in      *originReader
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

// lookBytes is how much of a file is looked at to find out what it is written in.
const lookBytes = 4096

// newPage finds out what a file is written in.
func newPage(path string, o *origin, opt *Options) (*page, error) {
	p := &page{path: path, said: pathSays(path), own: opt.Columns}
	in, err := o.reader()
	if err != nil {
		return nil, err
	}
	p.in = in
	if err = p.look(o, opt); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// close gives back what reading took.
func (p *page) close() { p.in.Close() }

func (p *page) look(o *origin, opt *Options) error {
	start := make([]byte, lookBytes)
	n, err := io.ReadFull(p.in, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	start = start[:n]
	top := bytes.TrimPrefix(start, []byte(byteOrderMark))
	switch {
	case o.packed && packed(top):
		return &data.InputError{Reason: "packed twice", Hint: "unpack it once"}
	case bytes.HasPrefix(top, []byte("\xff\xfe")), bytes.HasPrefix(top, []byte("\xfe\xff")):
		return &data.InputError{Reason: "the file is in UTF-16", Hint: "save it as UTF-8"}
	case bytes.HasPrefix(top, []byte("ARROW1")), bytes.HasPrefix(top, []byte("FEA1")):
		return p.inTable(o, opt, "feather", data.ReadFeather)
	case bytes.HasPrefix(top, []byte("PAR1")):
		return p.inTable(o, opt, "parquet", data.ReadForeignParquet)
	case bytes.IndexByte(top, 0) >= 0:
		return &data.InputError{Reason: "this is no text file, and none of the packed or binary kinds that are read", Hint: "convert it to CSV"}
	case looksLikeJSON(top):
		return p.inJSON(o, opt)
	}
	p.more = newLines(io.MultiReader(bytes.NewReader(start), p.in), min(o.told, o.left), opt.limits.orElse(), nil)
	if p.content, err = p.more.first(); err != nil {
		return err
	}
	return p.inText(opt)
}

func (p *page) inTable(o *origin, opt *Options, kind string, read func([]byte) (*data.Foreign, error)) error {
	content, err := o.whole("a "+kind+" file", opt.limits.orElse().whole)
	if err != nil {
		return err
	}
	table, err := read(content)
	if err != nil {
		in := &data.InputError{Reason: "no " + kind + " file that can be read: " + err.Error(), Hint: data.Hint(err)}
		if in.Hint == "" {
			in.Hint = "fetch it again: it may be cut short or damaged"
		}
		return in
	}
	p.kind, p.table, p.binary = inTable, table, kind
	for _, c := range table.Columns {
		p.header.names = append(p.header.names, c.Name)
	}
	return nil
}

func (p *page) inJSON(o *origin, opt *Options) error {
	content, err := o.whole("a JSON file", opt.limits.orElse().whole)
	if err != nil {
		return err
	}
	d, err := findRows(bytes.TrimPrefix(content, []byte(byteOrderMark)))
	if err != nil {
		return err
	}
	p.kind, p.doc, p.header.names = inJSON, d, d.keys
	if d.at >= 0 && !d.objects {
		rows := d.rows(nil)
		if _, _, err := rows.next(); err != nil {
			return err
		}
		p.width = len(rows.value)
	}
	return nil
}

// inText reads what stands above the rows of a text, or finds that nothing
// does.
func (p *page) inText(opt *Options) error {
	p.kind = inText
	p.top = &reader{file: p.path, opt: *opt, content: p.content}
	err := p.top.header()
	if err == nil {
		p.header, p.body, p.sep = p.top.layout, p.top.body, p.top.layout.sep
		return nil
	}
	if !p.top.nameless || len(p.own) > 0 && strings.Trim(p.own["time"]+p.own["open"], "0123456789") != "" {
		return err
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
	return nil
}

// names are the names of the columns, where the file gives any.
func (p *page) names() []string { return p.header.names }

// each calls visit with the rows, from the first, until it has enough or a row
// is torn: of text with those of the first block.
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
