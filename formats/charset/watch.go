package charset

// A Watch looks at a whole file, as [Probe] does, of which the beginning leaves one
// character set only ([Probe.Only]), while somebody decodes it. What decodes without an
// error in that, and holds no NUL, needs no other look to be certain.
type Watch struct {
	probe Probe
	only  Charset
}

// NewWatch watches over a file that can only be in c.
func NewWatch(c Charset) *Watch { return &Watch{only: c} }

// Write takes the next piece of the file. It never fails.
func (w *Watch) Write(b []byte) (int, error) {
	if len(b) > 0 {
		w.probe.findEscape(b)
		if w.only == CP932 {
			w.probe.mixed.add(&w.probe, b)
		}
	}
	return len(b), nil
}

// Clear reports that the whole is what its beginning is. Where it is not clear, or what
// was decoded has a fault, a [Probe] of the whole will say what it is.
func (w *Watch) Clear() bool { return !w.probe.esc.found && !w.probe.mixed.found.found }
