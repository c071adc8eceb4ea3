package io.headrace.benchmarks.sqlite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Python's sqlite3 in a process of its own, whose start is in its time; its processor time and memory are not seen. */
record Python(Path file) {

    private static final String OPEN =
            """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            for p in ('synchronous=normal', 'cache_size=-16384', 'mmap_size=134217728'):
                c.execute('PRAGMA ' + p)
            units = int(sys.argv[2])
            """;

    private static final String READ =
            """
            print(sum(i + len(n) + int(p) + s for i, n, p, s in c.execute('SELECT id, name, price, stock FROM items')))
            """;

    private static final String LOOK_UP =
            """
            f = 0
            for k in range(1, units + 1):
                i, n, p, s = c.execute('SELECT id, name, price, stock FROM items WHERE id = ?', (k,)).fetchone()
                f += i + len(n) + int(p) + s
            print(f)
            """;

    private static final String INSERT =
            """
            c.execute('BEGIN')
            c.executemany('INSERT INTO items VALUES (?, ?, ?, ?)',
                ((n, 'the item with no %d' % (10000000 + n), n % 1000 + 0.5, n % 100) for n in range(1, units + 1)))
            c.execute('COMMIT')
            print(units)
            """;

    static boolean isInstalled() {
        try {
            Process process = new ProcessBuilder("python3", "-c", "import sqlite3").start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    long read(int rows) throws IOException {
        return run(READ, rows);
    }

    long lookUp(int calls) throws IOException {
        return run(LOOK_UP, calls);
    }

    long insert(int rows) throws IOException {
        return run(INSERT, rows);
    }

    private long run(String script, int units) throws IOException {
        Process process = new ProcessBuilder("python3", "-c", OPEN + script, file.toString(), Integer.toString(units))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Long.parseLong(said.strip());
    }
}
