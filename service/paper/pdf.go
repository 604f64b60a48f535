package paper

import (
	"github.com/signintech/gopdf"
)

// drawPDF draws the rows with the font, page after page.
func drawPDF(font []byte, rows []row) ([]byte, error) {
	pdf := &gopdf.GoPdf{}
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	if err := pdf.AddTTFFontData("text", font); err != nil {
		return nil, unfit(err)
	}
	pdf.AddPage()
	top := margin
	for _, r := range rows {
		if top+r.height > pageHeight-margin && top > margin {
			pdf.AddPage()
			top = margin
		}
		for _, m := range r.marks {
			if err := m.onPDF(pdf, top); err != nil {
				return nil, err
			}
		}
		top += r.height
	}
	return pdf.GetBytesPdfReturnErr()
}

func (m mark) onPDF(pdf *gopdf.GoPdf, top float64) error {
	c := m.ink.colour()
	if m.text == "" {
		pdf.SetFillColor(c.R, c.G, c.B)
		pdf.RectFromUpperLeftWithStyle(margin+m.x, top+m.y, m.w, m.h, "F")
		return nil
	}
	pdf.SetTextColor(c.R, c.G, c.B)
	if err := pdf.SetFont("text", "", m.size); err != nil {
		return err
	}
	pdf.SetXY(margin+m.x, top+m.y)
	return pdf.Text(m.text)
}
