package main

import (
	"errors"
	"fmt"
	"os"

	"cunwu/model"
	"cunwu/service/poll"
)

type verifyPoll struct {
	File string `arg:"" help:"公布的投票结果文件（JSON），网页和小程序里都能下载"`
}

// Run counts a poll's published file anew, with nothing but the file: no database,
// no settings, on anybody's machine.
func (v verifyPoll) Run(w world) error {
	file, err := os.Open(v.File)
	if err != nil {
		return model.Errorf(model.Invalid, "打不开文件 %s", v.File).Because(err)
	}
	found, err := poll.Recount(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "《%s》共%d张票：\n", found.Title, found.Ballots)
	for _, o := range found.Options {
		mark := ""
		if o.Adopted {
			mark = "（通过）"
		}
		fmt.Fprintf(w.out, "  %s：%d票%s\n", o.Text, o.Votes, mark)
	}
	if len(found.Faults) == 0 {
		fmt.Fprintln(w.out, "重新数过，和公布的一样。")
		return nil
	}
	for _, fault := range found.Faults {
		fmt.Fprintln(w.out, "  "+fault)
	}
	return model.Errorf(model.Conflict, "和公布的对不上，请保留文件并告诉村务监督委员会")
}
