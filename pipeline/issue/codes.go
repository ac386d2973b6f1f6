package issue

// The codes. A code is never renumbered and never used again; retired ones stay
// in the catalogue.
const (
	// 行の不備 · faults of a single row of a list.

	BadResidentCode        Code = "R201" // the resident code is not eleven digits
	ResidentCodeCheckDigit Code = "R202" // the check digit of the resident code is wrong
	BadBirth               Code = "R203" // not a date of birth
	BadSex                 Code = "R204" // not a sex
	UnreadableCharacter    Code = "R205" // a character cannot be read (外字, 〓 …)
	DateSerial             Code = "R206" // the date of birth is a spreadsheet's serial number
	Abbreviated            Code = "R207" // the address is abbreviated («同上», «〃» …)
	ImpossibleDate         Code = "R208" // no such day in the calendar
	LostDigits             Code = "R209" // digits were lost (such as 1.23E+10)
	UnsafeReference        Code = "R210" // the reference number starts with =, +, -, @, a tab or a line break
	EraNeverHadYear        Code = "R211" // the era never had that year
	CellTooLong            Code = "R212" // longer than … characters
	ControlCharacter       Code = "R213" // the cell has control characters
	SpreadsheetError       Code = "R214" // the cell holds a spreadsheet's error value
	PartEmpty              Code = "R215" // one of the columns that make … together is empty
	BecameDate             Code = "R323" // a spreadsheet has made a date of a cell that is none
	RowFault               Code = "R299" // this row met a fault

	// 附票本人確認情報の抽出ファイルの行 · rows of an extract.

	ExtractNoCode            Code = "R301" // no resident code
	ExtractBadCode           Code = "R302" // the resident code is not valid
	ExtractBadHistory        Code = "R303" // the history number is not a whole number from 1 up
	ExtractBadState          Code = "R304" // the state is none of 1, 2, 3
	ExtractNoName            Code = "R305" // no name
	ExtractBadBirth          Code = "R306" // the date of birth is not YYYY-MM-DD
	ExtractBadSex            Code = "R307" // the sex is none of 0, 1, 2, 9
	ExtractBadMunicipality   Code = "R308" // not a six-digit municipality code
	ExtractBadRegistrar      Code = "R309" // the registrar is not a six-digit municipality code
	ExtractAddressNotAllowed Code = "R310" // a person who left the country has an address
	ExtractNoAddress         Code = "R311" // a present person has no address
	ExtractBadDate           Code = "R312" // a date is not YYYY-MM-DD
	ExtractBadSupport        Code = "R313" // the support measure is none of empty, 1, 2, 3
	ExtractDoubledHistory    Code = "R314" // the same version of the same person stands twice
	ExtractBrokenChain       Code = "R315" // nobody in the file has the former resident code
	ExtractForkedChain       Code = "R316" // the chain of former resident codes forks or is a ring
	ExtractBadReason         Code = "R317" // the reason of the change is malformed
	ExtractBadOldCode        Code = "R318" // the former resident code is not valid
	ExtractTooLong           Code = "R319" // longer than … characters
	ExtractUnreadable        Code = "R320" // a character cannot be read
	ExtractOtherVersion      Code = "R321" // the file has the version already, with other content
	ExtractGoesBack          Code = "R322" // the history number is below the latest that the file has

	// リスト全体の不備 · faults of the whole list.

	EmptyFile              Code = "F101" // the file is empty
	HeaderOnly             Code = "F102" // there is a header but no row
	NoReferenceColumn      Code = "F103" // no column 整理番号 (reference number)
	NoReference            Code = "F104" // a row has no reference number
	DoubledReference       Code = "F105" // the reference number stands in an earlier row too (row …)
	UnknownSearchColumn    Code = "F106" // an unknown header that could mean a search key
	DoubledHeader          Code = "F107" // two columns mean the same
	BrokenQuoting          Code = "F108" // the quoting is broken
	BadCharacter           Code = "F109" // bytes that are no character of …
	AmbiguousCharset       Code = "F110" // it can be read in each of several character sets (…)
	CharsetContradiction   Code = "F111" // the file is not in the character set that the request states (…)
	RowCountMismatch       Code = "F112" // the number of rows is not the one stated (stated …, found …)
	DigestMismatch         Code = "F113" // the digest of the file is not the one stated
	BadRequest             Code = "F114" // the request cannot be read
	RequestLacks           Code = "F115" // the request does not state «…»
	RequestUnknownItem     Code = "F116" // the request has an unknown item
	MyNumberColumn         Code = "F117" // there is a column of individual numbers; such a file is not accepted
	MyNumberCell           Code = "F118" // twelve digits that look like an individual number; such a file is not accepted
	Formula                Code = "F119" // a cell holds a formula
	MergedCells            Code = "F120" // there are merged cells
	TooLargeUnpacked       Code = "F121" // the unpacked size or ratio is over the limit
	UnknownFormat          Code = "F122" // not a form that a list can have
	Macro                  Code = "F123" // a workbook with macros is not accepted
	Encrypted              Code = "F124" // the workbook is protected by a password
	OtherFormat            Code = "F125" // … is not accepted
	FieldCount             Code = "F126" // not as many fields as the header has
	NoSearchKey            Code = "F127" // no usable combination of search keys
	TooManyColumns         Code = "F128" // more than … columns
	TooManyRows            Code = "F129" // more than … rows
	SeveralSheets          Code = "F130" // it is not clear which sheet is the list
	NoHeader               Code = "F131" // there is no header line
	NUL                    Code = "F132" // the file has NUL bytes
	TwoRequests            Code = "F133" // two requests disagree on …
	RequestNumberUsed      Code = "F134" // the request number was used before (job …)
	SameContent            Code = "F135" // a list of the same content was answered before (job …)
	ListCellTooLong        Code = "F136" // a cell is longer than … characters
	UnknownDelimiter       Code = "F137" // it is not clear whether commas or tabs separate the fields
	ISO2022                Code = "F138" // ISO-2022-JP is not accepted
	DamagedWorkbook        Code = "F139" // the workbook is damaged
	UnknownHeaderInExtract Code = "F140" // the headers of the extract are not the seventeen of the format
	NothingLoaded          Code = "F141" // nothing was loaded, because rows are faulty (…)
	MultilineHeader        Code = "F142" // the header line has empty or broken headers
	RequestUnclear         Code = "F143" // it is not clear what is asked for
	NotAReviewList         Code = "F144" // not a review list of this program
	NothingDecided         Code = "F145" // nothing is decided in the review list
	BadDecision            Code = "F146" // a decision that the row does not allow
	FarFewerPeople         Code = "F147" // far fewer people than before
	ReviewOutdated         Code = "F148" // the identity file was updated since the list was answered
	NothingToReview        Code = "F149" // the job has no rows that can be reviewed
	GenerationGone         Code = "F150" // the generation that the list was answered from is no longer kept
	PasswordWrong          Code = "F161" // the registered password does not open the workbook
	OldEncryption          Code = "F162" // the workbook is protected in an old, weak way
	PartHeaderMissing      Code = "F350" // a part of a particular stands without the columns that belong to it (…)
	WholeAndPart           Code = "F351" // … stands in one column, and in several as well
	EUCJP                  Code = "F352" // EUC-JP is not accepted

	// 容器の不備 · faults of what is around the lists.

	ContainerEncrypted   Code = "F201" // a zip with a password cannot be opened
	ContainerTooDeep     Code = "F202" // containers in containers beyond the limit (…)
	ContainerRatio       Code = "F203" // it unpacks to suspiciously much (more than … times)
	ContainerTooLarge    Code = "F204" // it unpacks to more than … bytes
	ContainerTooMany     Code = "F205" // more than … files inside
	ContainerPath        Code = "F206" // a file inside has a name that cannot be used («..», a drive, a symbol, a device such as CON or NUL, a leading /)
	ContainerLink        Code = "F207" // there is a link inside, or something else that is no file
	ContainerDuplicate   Code = "F208" // two files inside have the same name
	ContainerChecksum    Code = "F209" // the checksum of a file inside is wrong: it was damaged or changed
	ContainerTrailing    Code = "F210" // there is surplus data behind the packed data
	ContainerOverlap     Code = "F211" // files in the zip lie over one another; it is dangerous
	ContainerMismatch    Code = "F212" // the directory of the zip and what it says of a file differ
	ContainerCut         Code = "F213" // the container or workbook is cut short
	ContainerDamaged     Code = "F214" // the container is damaged
	ContainerMethod      Code = "F215" // the method of compression is not supported
	ContainerNameCharset Code = "F216" // it is not certain in which character set the name of file no. … inside is
	ContainerNameLong    Code = "F217" // the name of a file inside is longer than … bytes
	ContainerWindow      Code = "F218" // unpacking needs more memory than … bytes
	ContainerPassphrase  Code = "F219" // it is sealed with a passphrase
	ContainerOtherKey    Code = "F220" // it is sealed to another key than the prefecture's
	ContainerSeal        Code = "F221" // the seal (age) is cut or damaged
	ContainerEmpty       Code = "F222" // there is no list inside
	ContainerSide        Code = "F223" // it is not certain which list the request belongs to
	ContainerSealHeader  Code = "F224" // the header of the seal (age) is longer than … bytes
	ContainerSideLarge   Code = "F225" // the request is larger than … bytes

	// 固定長と様式 · fixed length, and the layouts that offices have registered.

	RecordShort         Code = "F301" // a record is shorter than the layout has it (… bytes, found …)
	RecordLong          Code = "F302" // a record is longer than the layout has it (… bytes)
	RecordLineEnd       Code = "F303" // a line end that is not the layout's, at byte …
	CharacterSplit      Code = "F304" // a column's border cuts a character, at byte …
	BadPadding          Code = "F305" // a column is not padded as the layout has it, from byte …
	RecordUnknown       Code = "F306" // a record of no kind that the layout has, at byte …
	HeaderRecordMissing Code = "F307" // the header record is missing
	TrailerMissing      Code = "F308" // the trailer or end record is missing: the file may be cut
	RecordOrder         Code = "F309" // a record where its kind cannot stand
	RecordCountDiffers  Code = "F310" // the file states … records, but has …
	NoFigures           Code = "F311" // a count, sum or day is no number, at byte …
	LayoutUnknown       Code = "F312" // the layout is not registered for this office and purpose
	LayoutContradicts   Code = "F313" // request and layout disagree on …
	LayoutMissing       Code = "F314" // fixed length without a layout
	LayoutForBook       Code = "F315" // a layout of lists without headers is stated for a workbook
	LayoutLacksFields   Code = "F316" // the layout has no place for fields that are asked for (…)
	ItemTooLong         Code = "F317" // an item of the answer is longer than its column in the layout
	ReferenceTooLong    Code = "F318" // the reference number is longer than its column in the layout of the result
	CountTooLong        Code = "F319" // the number of rows (…) has no room in the layout of the result
	ReferenceMerged     Code = "F320" // in the layout of the result the reference number is the same as an earlier one
	HiddenRow           Code = "F330" // a row of a sheet is hidden, and something is in it
	HiddenRequest       Code = "F331" // the sheet with the request is hidden
	ExternalLinks       Code = "F332" // a workbook refers to other files
	BookEntities        Code = "F333" // a workbook declares XML entities
	HiddenColumn        Code = "F334" // a column that is looked at is hidden
	OldWorkbook         Code = "F335" // the list is a workbook of before 2007 (.xls)
	BinaryWorkbook      Code = "F336" // the list is a binary workbook (.xlsb)
	OpenDocumentSheet   Code = "F337" // the list is an OpenDocument spreadsheet (.ods)
	NumbersDocument     Code = "F338" // the list is a document of Apple Numbers
	PDFDocument         Code = "F339" // the list is a PDF
	OtherDocument       Code = "F340" // the list is a text document or a presentation (Word …)
	MarkupFile          Code = "F341" // the list is a web page, XML or RTF
	OtherArchiveFile    Code = "F342" // the list is an archive that is not opened (7z, rar, lzh …)
	SumDiffers          Code = "F353" // the stated sum of a column is not that of its … rows
	NoAddend            Code = "F354" // not a number, in a column of which the file states the sum
	FieldsDiffer        Code = "F355" // not as many columns as the layout has (…, found …)
	HeaderLineThere     Code = "F356" // the list has a header line, but is to be read by a layout
	FieldRecordUnknown  Code = "F357" // a line of no kind that the layout has
	FieldNotEmpty       Code = "F358" // something stands in a column that the layout has as empty
	FieldNoFigures      Code = "F359" // a count, sum or day is no number
	FieldsTwice         Code = "F360" // the request states its fields in a list, and otherwise by ○
	FieldChoiceUnclear  Code = "F361" // neither ○ nor empty, beside a field

	// 管理簿・権限 · the register and what it permits.

	UnknownOffice             Code = "J101" // the office is not in the register
	UnknownPurpose            Code = "J102" // the purpose is not in the register
	PurposeNotForOffice       Code = "J103" // the office is not allowed this purpose
	PurposeNotValid           Code = "J104" // the purpose is not valid today (valid … to …)
	FieldNotPermitted         Code = "J105" // a field is asked for that is not permitted (…)
	KeyNotPermitted           Code = "J106" // a search key is not permitted (…)
	MoreRowsThanPermitted     Code = "J107" // more rows than permitted at once (at most …, found …)
	FormNotPermitted          Code = "J108" // the form of the result is not permitted (…)
	WayNotPermitted           Code = "J109" // the way back is not permitted (…)
	UnknownOperator           Code = "J110" // the operator is not in the register
	OperatorLacksRight        Code = "J111" // the operator lacks the right «…»
	OperatorNotValid          Code = "J112" // the operator's registration is not valid today
	OfficeHasNoKey            Code = "J113" // no public key of the office is registered
	NoBasis                   Code = "J114" // the purpose has no legal basis
	OfficeNotValid            Code = "J115" // the office's registration is not valid today
	CommandContradictsRequest Code = "J116" // the command line and the request disagree on …
	BasisContradicts          Code = "J117" // the basis stated is not the registered one
	RequestContradictsOffice  Code = "J118" // the office stated is not the one whose folder the file was in
	NoKeyColumnPermitted      Code = "J119" // the columns of the list do not allow any permitted search
	ConsentColumnMissing      Code = "J120" // the basis is consent, but there is no column 同意番号
	WayNotBuilt               Code = "J121" // this way back is not available (…); not used any more
	SameOperator              Code = "J122" // the same operator may not approve
	TooFewForTotals           Code = "J123" // too few rows for totals
	NobodyApproves            Code = "J124" // nobody may be the second person
	PasswordMissing           Code = "J131" // the office's password is not registered
	PasswordWeak              Code = "J132" // the password is too weak
	WayDiffers                Code = "J133" // the result was made for another way back (…)
	TooManyForMail            Code = "J134" // too many rows for a result by mail (at most …, found …)
	RegisterFileMissing       Code = "J201" // a file of the register is missing (…)
	RegisterHeaderMissing     Code = "J202" // the header «…» is missing
	RegisterHeaderUnknown     Code = "J203" // an unknown header
	RegisterHeaderDoubled     Code = "J204" // a header stands twice
	RegisterValueMissing      Code = "J205" // the value is missing
	RegisterBadValue          Code = "J206" // the value cannot be used (allowed: …)
	RegisterDoubled           Code = "J207" // the same number or code stands in row … too
	RegisterUnknownReference  Code = "J208" // it refers to something that is not registered
	RegisterBadDate           Code = "J209" // the date is not YYYY-MM-DD, or the end is before the start
	RegisterUnreadable        Code = "J210" // a file of the register cannot be read
	PlacesUnreadable          Code = "J211" // a table of places cannot be read
	PlacesNotUTF8             Code = "J212" // a table of places is not in UTF-8
	PlacesFields              Code = "J213" // a line of a table of places has the wrong number of fields
	PlacesCode                Code = "J214" // a line of a table of places has a code that no municipality has
	PlacesDate                Code = "J215" // a line of a table of places has no date YYYY-MM-DD
	SettingUnknown            Code = "J301" // unknown setting (…)
	SettingWrongType          Code = "J302" // a setting has a value of the wrong type (…)
	SettingSyntax             Code = "J303" // the settings file is malformed
	SettingMissing            Code = "J304" // the setting … is missing
	SettingBadValue           Code = "J305" // the value of … cannot be used

	// 媒体・ファイル · media and files.

	NotRegularFile   Code = "M101" // not a regular file
	Symlink          Code = "M102" // a symbolic link is not accepted
	HardLink         Code = "M103" // a file with hard links is not accepted
	Changing         Code = "M104" // the file changed while it was read
	BadName          Code = "M105" // the file name cannot be used
	FileTooLarge     Code = "M106" // the file is over the limit (…)
	SubFolder        Code = "M107" // a folder is not accepted
	SideWithoutList  Code = "M108" // there is a request but no list
	TargetExists     Code = "M109" // the target has something of that name
	ReadBackDiffers  Code = "M110" // what was read back is not what was written
	NoSpace          Code = "M111" // not enough free space (… bytes needed)
	MediumGone       Code = "M112" // the medium went away
	UnknownMedium    Code = "M113" // the medium is not in the register
	NoSuchPath       Code = "M114" // no such path
	CannotRead       Code = "M115" // the file cannot be read
	CannotWrite      Code = "M116" // cannot write
	SignatureBad     Code = "M117" // the signature of the manifest does not verify
	ManifestDiffers  Code = "M118" // a file is not the one in the manifest (…)
	NotSealedForYou  Code = "M119" // this key does not open it
	SealDamaged      Code = "M120" // the sealed file is damaged or cut
	ProofBad         Code = "M121" // the proof from the ledger does not verify
	NotAResult       Code = "M122" // not a result of baitai
	FileMissing      Code = "M123" // a file of the manifest is missing (…)
	FileSurplus      Code = "M124" // there are files that are not in the manifest (…)
	FileRenamed      Code = "M125" // a file was renamed (it was …)
	FileSwapped      Code = "M126" // a file holds what belongs into another one (… holds …)
	FileCut          Code = "M127" // a file is cut short (…, … bytes are missing)
	SignerUnknown    Code = "M128" // the manifest is signed by a key that is not registered for its site
	SignerExpired    Code = "M129" // the signer's key is no longer valid
	SignerNotYet     Code = "M130" // the signer's key is not valid yet
	SignedForOther   Code = "M131" // the signature was made for another purpose
	OtherJob         Code = "M132" // this is the result of another job (…)
	OtherOffice      Code = "M133" // the result is for another office (…)
	SealedToOthers   Code = "M134" // the result was not sealed to this key
	ContentsDiffer   Code = "M135" // the sealed list of contents belongs to another result
	PlainDiffers     Code = "M136" // what was opened is not what the sealed list of contents says (…)
	ProofMissing     Code = "M137" // the proof from the ledger is missing (…)
	ProofOtherLedger Code = "M138" // the proof is not signed by the key of this ledger
	ProofOtherResult Code = "M139" // the proof is of another result
	ResultChanged    Code = "M140" // the result is not the one that the ledger has
	PartMissing      Code = "M141" // a part of a split result is missing (…, no. … of …)
	PartDoubled      Code = "M142" // a part of a split result is there twice (… is … once more)
	PartForeign      Code = "M143" // a part is not of this result, or was changed or cut (…)
	PartsDiffer      Code = "M144" // the list of contents does not have part no. … of … once, in its place
	PartRowsDiffer   Code = "M145" // the parts do not have as many rows as were answered
	MediumFileLimit  Code = "M191" // a file is larger than the medium's file system allows (…, … at most, … bytes)
	MediumName       Code = "M192" // the medium's file system cannot have a name (…)
	MediumNameLong   Code = "M193" // a name is too long for the medium's file system (…)
	MediumNameTwice  Code = "M194" // two names are one on the medium's file system (…)
	MediumReadOnly   Code = "M195" // the medium cannot be written (…)
	MediumIsDisc     Code = "M196" // a disc is not written file by file (…)
	MediumEntries    Code = "M197" // the medium has no room for so many files (… needed, … free)
	DiscTooSmall     Code = "M198" // the result does not fit on the disc (… bytes, … at most)

	FileResealed  Code = "M171" // a file was sealed anew by somebody else (…)
	FileForeign   Code = "M172" // a file is sealed to this key, but is not the one that was signed (…)
	EarlierResult Code = "M173" // an earlier answer to the same list (…, not …)
	Superseded    Code = "M174" // the ledger has a later answer to the same list (…)
	NotInLedger   Code = "M175" // the copy of the ledger does not have this result

	NotDelivered           Code = "M210" // nothing was delivered of this job yet
	ReceiptDay             Code = "M211" // the day of receipt is before the delivery (…) or after today
	ReceiptConfirmedBefore Code = "M212" // the receipt was confirmed already
	ReceiptOfAnother       Code = "M213" // what the office received is not the result of this job
	ImageUnknown           Code = "M214" // the ledger has no entry of this image of a disc

	OpensWithPassword Code = "M176" // the result opens with the office's password, not with a key
	OpensWithKey      Code = "M177" // the result opens with a key, not with a password

	// 鍵 · keys.

	KeyMissing    Code = "K101" // a key is missing (…)
	KeyModeWide   Code = "K102" // others can read the key file (…, mode …)
	KeyUnreadable Code = "K103" // the key file cannot be read (…)
	KeyWrong      Code = "K104" // the key does not open this site's seals

	RecipientMixed   Code = "K120" // post-quantum keys and others cannot be sealed to together (key no. …)
	RecipientWeak    Code = "K121" // an RSA key with fewer than … bits (key no. …)
	RecipientKind    Code = "K122" // nothing can be sealed to a key of this kind (…, key no. …)
	RecipientSecret  Code = "K123" // a private key stands where a public one belongs
	RecipientBad     Code = "K124" // not a public key (key no. …)
	RecipientDoubled Code = "K125" // the same public key twice (key no. …)
	PassphraseWrong  Code = "K126" // the passphrase does not open the key file (…)
	KeyIsPublic      Code = "K127" // a public key, where the private one belongs (…)
	KeyKindUnusable  Code = "K128" // a private key of a kind that cannot open anything (…)
	ResultPassword   Code = "K129" // the password does not open the result
	RecipientsMany   Code = "K130" // more than … public keys

	// 授受・提供記録 · the ledger.

	LedgerMissing  Code = "L101" // there is no ledger; nothing starts without one
	LedgerTampered Code = "L102" // the ledger does not verify (…): it was changed, cut or rolled back
	LedgerHeld     Code = "L103" // another baitai uses the ledger
	LedgerCustody  Code = "L104" // the ledger is genuine but its custody record has gaps (…)

	// 機械・運用 · the machine.

	DiskFull            Code = "S101" // the disk is full
	SpoolHeld           Code = "S102" // another baitai works in this site
	Fault               Code = "S103" // a fault; the job stays in work and is run again
	TooManyAttempts     Code = "S104" // it was interrupted … times and is held now
	IdentityMissing     Code = "S105" // no identity file is loaded yet
	IdentityDamaged     Code = "S106" // a part of the identity file is damaged (…)
	RiskyFilesystem     Code = "S107" // on this file system (…) overwriting may not erase
	SiteExists          Code = "S108" // there is a site here already
	NotASite            Code = "S109" // not a site of baitai
	Interrupted         Code = "S110" // interrupted; the job stays in work and goes on at the next run
	NoTmpfs             Code = "S111" // the folder for temporary files (…) is not on tmpfs
	IdentityStale       Code = "S112" // the identity file was made by older folding rules
	NotInOfficeFolder   Code = "S113" // a file lies outside of the folders of the offices
	IdentityOtherTables Code = "S114" // the tables of places changed since the identity file was loaded
	OwnCopyDamaged      Code = "S115" // the prefecture's own copy of job … is damaged or not that of its list

	// 様式の登録 · the tables of layouts.

	LayoutNoRecord     Code = "S130" // the layout has no columns for data records
	LayoutOverlap      Code = "S131" // the column lies over another (row …)
	LayoutGap          Code = "S132" // bytes … to … belong to no column
	LayoutBeyond       Code = "S133" // the column reaches beyond the record (… bytes)
	LayoutAlike        Code = "S134" // kinds of record cannot be told apart
	LayoutPadding      Code = "S135" // the padding does not go with alignment or item
	LayoutItem         Code = "S136" // the item cannot stand here (allowed: …)
	LayoutLacks        Code = "S137" // the layout lacks …
	LayoutValue        Code = "S138" // the constant does not fit its column or character set
	LayoutDefaultTwice Code = "S139" // another layout (row …) is the default for the same office and purpose

	// 指定 · the command line.

	UnknownVerb     Code = "C101" // there is no verb …
	UnknownFlag     Code = "C102" // unknown option …
	MissingArgument Code = "C103" // … is missing
	BadArgument     Code = "C104" // the value of … cannot be used
	SurplusArgument Code = "C105" // there are surplus arguments
	NoSuchJob       Code = "C106" // there is no such job
	WrongState      Code = "C107" // the job is in state …, which does not allow this
	PasswordsDiffer Code = "C110" // the password was typed differently the second time
	NeedsTerminal   Code = "C108" // this needs a terminal
	NotTogether     Code = "C135" // … and … cannot be given together
)
