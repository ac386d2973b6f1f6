// Runs the SQL of standard input in one DuckDB database, with as many threads as
// are said, and tells in one line of JSON what came of it.
//
//	node duckdb.mjs DATABASE THREADS <script.sql
//
// A process of its own for each job: started cold like any other peer.
import { readFileSync } from "node:fs";
import { DuckDBInstance, version } from "@duckdb/node-api";

const [database, threads] = process.argv.slice(2);
const script = readFileSync(0, "utf8");
process.on("uncaughtException", (error) => {
  console.error(String(error.message).split("\n")[0]);
  process.exit(1);
});
const instance = await DuckDBInstance.create(database, { threads });
const connection = await instance.connect();
const result = await connection.runAndReadAll(script);
const rows = result.getRowObjectsJson();
connection.closeSync();
instance.closeSync();
console.log(JSON.stringify({ version: version(), row: rows[0] ?? {} }));
