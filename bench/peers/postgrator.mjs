// Postgrator is a library: this is the program that its documentation shows, for the database
// that PG* variables name.  postgrator.mjs FOLDER [VERSION]
import pg from "pg";
import Postgrator from "postgrator";

const [folder, version] = process.argv.slice(2);
const client = new pg.Client();
await client.connect();
try {
    const postgrator = new Postgrator({
        migrationPattern: `${folder}/*`,
        driver: "pg",
        database: client.database,
        execQuery: (query) => client.query(query),
    });
    await postgrator.migrate(version);
} finally {
    await client.end();
}
