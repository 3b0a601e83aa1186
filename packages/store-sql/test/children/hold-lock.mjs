// Takes a lock on a database, says so, and keeps it until its input ends or the time is over.
// node hold-lock.mjs <file> <sql that takes the lock> [milliseconds]
import { writeSync } from "node:fs";
import Database from "libsql";

const [file, sql, milliseconds] = process.argv.slice(2);
const database = new Database(file);
database.exec(sql);
writeSync(1, "locked\n");
process.stdin.resume().on("end", release);
if (milliseconds) setTimeout(release, Number(milliseconds));

function release() {
  database.exec("COMMIT");
  process.exit();
}
