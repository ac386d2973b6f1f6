package ledger

// An Act is what an entry says was done. Acts of newer versions are kept, shown
// and verified as they are.
type Act string

// Acts of a job. An act of this group is entered at most once per attempt.
const (
	Received    Act = "received"    // 受領: claimed, before anything of it was read
	Opened      Act = "opened"      // unwrapped, decoded, counted
	Granted     Act = "granted"     // 許可
	Held        Act = "held"        // 保留: waits for a second person
	Released    Act = "released"    // 保留解除
	Matched     Act = "matched"     // 照会, with the counts by answer
	Sealed      Act = "sealed"      // the sealed result lies ready in work/
	Published   Act = "published"   // 提供 or 移転: in the outbox; closes the job
	Refused     Act = "refused"     // 提供しない; closes the job
	Unpacked    Act = "unpacked"    // 開梱: a container became jobs of the lists inside; closes the job
	Failed      Act = "failed"      // 障害; closes the attempt
	Interrupted Act = "interrupted" // 中断, entered by recovery; closes the attempt
)

// Acts that may come again.
const (
	Initialized       Act = "initialized"        // the site was made
	HandingOver       Act = "handing-over"       // 交付開始: before anything is written to a medium
	Delivered         Act = "delivered"          // 交付: read back from the medium
	ReceiptConfirmed  Act = "receipt-confirmed"  // 受領確認
	Erased            Act = "erased"             // 消去
	IdentityLoaded    Act = "identity-loaded"    // a generation of the identity file
	GenerationRemoved Act = "generation-removed" // 世代の削除: one that is too old
	RegisterChanged   Act = "register-changed"   // 管理簿の変更
	Exported          Act = "exported"           // 抽出
	OpenedByOperator  Act = "opened-by-operator"
	Searched          Act = "searched"          // 検索 by an operator
	Disclosed         Act = "disclosed"         // 開示
	Reconciled        Act = "reconciled"        // 整合
	Updated           Act = "updated"           // 異動の反映
	Asked             Act = "asked"             // 機構への照会
	Answered          Act = "answered"          // 機構からの回答
	Witnessed         Act = "witnessed"         // a checkpoint was given to an outsider
	ReviewDecided     Act = "review-decided"    // 要確認の審査
	KeyChanged        Act = "key-changed"       // a key was made or retired
	Checked           Act = "checked"           // 点検・監査
	Stopped           Act = "stopped"           // a run ended on purpose
	MediumRegistered  Act = "medium-registered" // 媒体の登録
	PasswordSet       Act = "password-set"      // 照会元のパスワードの登録
	PasswordRemoved   Act = "password-removed"  // 照会元のパスワードの抹消
	MediumRead        Act = "medium-read"       // 媒体からの受領: copied into the inbox, before it is claimed
	MediumReading     Act = "medium-reading"    // 媒体からの受領開始: before anything is copied
	TurnedAway        Act = "turned-away"       // 受け取らない: a file that never became a job (a link, a pipe, one that changes …)
)

// Results of an act.
const (
	OK             = "ok"
	ResultFailed   = "failed"
	ResultRefused  = "refused"
	ResultBrokeOff = "interrupted"
)

// Functions (事務処理の種類).
const (
	Bulk       = "bulk"       // 一括提供
	Instant    = "instant"    // 即時提供
	Disclosure = "disclosure" // 開示
	Update     = "update"     // 更新
	Reconcile  = "reconcile"  // 整合
	Inquiry    = "inquiry"    // 機構照会
)

// ofJob reports whether an act belongs to the course of one attempt of a job.
func (a Act) ofJob() bool {
	switch a {
	case Received, Opened, Granted, Held, Released, Matched, Sealed, Published, Refused, Unpacked, Failed, Interrupted:
		return true
	}
	return false
}

// closesAttempt reports whether nothing of the same attempt may follow.
func (a Act) closesAttempt() bool {
	return a.closesJob() || a == Failed || a == Interrupted
}

// closesJob reports whether no further attempt may follow.
func (a Act) closesJob() bool { return a == Published || a == Refused || a == Unpacked }
