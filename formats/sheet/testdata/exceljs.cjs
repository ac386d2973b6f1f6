// Writes exceljs.xlsx with exceljs 4.4.0, by which the reader is held against a writer
// that is not ours: npm install exceljs@4.4.0 && node exceljs.cjs
const ExcelJS = require("exceljs");
const book = new ExcelJS.Workbook();
book.created = book.modified = new Date(Date.UTC(2026, 10, 20));
const list = book.addWorksheet("名簿", { views: [{ state: "frozen", ySplit: 1 }] });
list.columns = [
  { header: "整理番号", width: 12, style: { numFmt: "@" } },
  { header: "氏名", width: 20 },
  { header: "生年月日", width: 12 },
  { header: "番号", width: 16 },
  { header: "住所", width: 40 },
];
const rich = { richText: [{ text: "見本" }, { font: { bold: true }, text: "　太郎" }] };
list.addRow(["001", rich, new Date(Date.UTC(1950, 2, 4)), 12300000000, "福岡市中央区大名1-1-1"]);
list.addRow(["002", "見本　花子", "S25.3.4", "90000000018", "福岡市\n中央区"]);
list.addRow([3, "=見本", 18326, true, null]);
list.getCell("C2").numFmt = "yyyy/mm/dd";
list.getCell("C4").numFmt = "0";
list.autoFilter = "A1:E4";
book.addWorksheet("控え", { state: "hidden" }).addRow(["x"]);
book.xlsx.writeFile("exceljs.xlsx");
