// Writes protected.xlsx with officecrypto-tool 0.0.19, by which the reader of workbooks
// with a password is held against a writer that is not ours. The workbook inside is
// LibreOffice's: soffice --headless --infilter=CSV:44,34,76,1,1/2/2/2/3/2/4/2 --convert-to xlsx list.csv
//   npm install officecrypto-tool@0.0.19 && node officecrypto.cjs
const fs = require("fs");
const crypt = require("officecrypto-tool");
fs.writeFileSync("protected.xlsx", crypt.encrypt(fs.readFileSync("list.xlsx"), { password: "Kz7#mWq9!Tb2xLd5" }));
