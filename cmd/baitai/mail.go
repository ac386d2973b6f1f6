package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"baitai/pipeline/job"
)

// mailText proposes the text of the mail (送付文) that goes with a result. It names
// no person, says nothing of the list, and has no password, nor any hint at one:
// the office has it from when it asked.
func (c *call) mailText(h job.HandOver) string {
	book := false
	var files strings.Builder
	for _, f := range h.Files {
		book = book || strings.HasSuffix(f.Name, ".xlsx")
		fmt.Fprintf(&files, "    %s  %d  SHA-256 %x\n", f.Name, f.Size, f.SHA256)
	}
	how := c.Pick("result.zip は AES-256 で暗号化しています。7-Zip などで開いてください(Windows のエクスプローラーでは開けません)。",
		"result.zip is encrypted with AES-256; open it with 7-Zip or the like (Windows Explorer cannot).")
	if book {
		how = c.Pick("result.xlsx は表計算ソフトでそのまま開き、パスワードを入力してください。", "open result.xlsx with a spreadsheet program and type the password.")
	}
	return fmt.Sprintf(c.Pick(`件名: 【媒体連携】照会結果の送付(受付番号 %[1]s)

%[2]s 御中

依頼のありました照会の結果を送付します(受付番号 %[1]s)。

%[3]s
パスワードは、依頼のときに貴所属がお決めになったものです。このメールにも、別のメールにも記載しません。
お忘れのときは、このメールに返信せず、担当に電話でお申し出ください。

添付ファイル
%[4]s
受け取りましたら、件数をご確認のうえ、受領の連絡をお願いします。
`, `Subject: result of your request (job %[1]s)

To %[2]s

Attached is the result of your request (job %[1]s).

%[3]s
The password is the one that you chose when you asked. It stands neither in this mail nor in another.
If you have forgotten it, call us; do not answer this mail.

Attachments
%[4]s
Please check the number of rows and confirm that you received it.
`), h.Job, h.Office, how, files.String())
}

// sayMail shows what the operator does now, and the text.
func (c *call) sayMail(h job.HandOver) {
	c.Say("庁内メールで送るファイルを用意し、記録しました: %s(照会元 %s、%d ファイル、読み戻して確認済み)",
		"ready to be mailed, and recorded: %s (office %s, %d files, read back and compared)", h.Job, h.Office, len(h.Files))
	c.Say("  場所: %s", "  where: %s", filepath.Clean(h.Folder))
	c.Say("baitai はメールを送りません。フォルダーの中のファイルを添付し、次の文で送ってください。", "baitai sends no mail: attach the files of the folder and send them with this text.")
	c.Say("\n%s", "\n%s", c.mailText(h))
}
