package media

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
)

const (
	sheetType      = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	sheetParts     = 500      // files in a workbook
	sheetUnpacked  = 32 << 20 // bytes of all of them
	sheetTypesMost = 1 << 20  // of the list of their types
)

// checkSheet says whether a zip is an Excel workbook that holds data only, and no
// bomb (ECMA-376-2: [Content_Types].xml says what each part is).
func checkSheet(body []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	switch {
	case err != nil && bytes.Contains(body, []byte("xl/")):
		return fmt.Errorf("%w: %w", errDamaged, err)
	case err != nil:
		return errKind
	}
	if len(archive.File) > sheetParts {
		return errTooBig
	}
	left := int64(sheetUnpacked)
	var types []byte
	book := false
	for _, f := range archive.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		for _, part := range []string{"vbaproject", "xl/macrosheets/", "xl/activex/", "xl/embeddings/"} {
			if strings.Contains(name, part) {
				return errMacros
			}
		}
		book = book || name == "xl/workbook.xml"
		content, n, err := unpack(f, name == "[content_types].xml", left)
		if err != nil {
			return err
		}
		if content != nil {
			types = content
		}
		left -= n
	}
	switch {
	case bytes.Contains(types, []byte("macroEnabled")):
		return errMacros
	case !book || !bytes.Contains(types, []byte("spreadsheetml.sheet.main+xml")):
		return errKind
	}
	return nil
}

// unpack reads a part without keeping it, or keeps what it says: what the zip's
// list says of sizes may be a lie.
func unpack(f *zip.File, kept bool, most int64) (content []byte, n int64, err error) {
	r, err := f.Open()
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", errDamaged, err)
	}
	defer func() { _ = r.Close() }()
	if kept {
		content, err = io.ReadAll(io.LimitReader(r, sheetTypesMost))
		n = int64(len(content))
	} else {
		n, err = io.Copy(io.Discard, io.LimitReader(r, most+1))
	}
	switch {
	case err != nil:
		return nil, n, fmt.Errorf("%w: %w", errDamaged, err)
	case n > most:
		return nil, n, errTooBig
	}
	return content, n, nil
}
