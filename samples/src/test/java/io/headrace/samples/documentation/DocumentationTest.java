package io.headrace.samples.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.redis.RedisToolkit;
import io.headrace.test.PostgresServer;
import io.headrace.test.RedisServer;
import io.headrace.test.TestPostgres;
import io.headrace.tx.Transactions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles and runs the Java code of README.md and of every page in docs/guide, page by page, against real servers.
 *
 * <p>The blocks of a page follow each other in one method body, so a later one may use what an earlier one declared. The
 * variables {@code url}, {@code redisUrl}, {@code pool}, {@code db}, {@code tx} and {@code redis} are there and may be
 * declared anew. An HTML comment that begins with {@code setup:} holds statements that run at its place and are not
 * shown; a block directly behind a comment that begins with {@code no-run:} is not compiled, and the comment says why.
 */
class DocumentationTest {

    static Stream<Path> pages() throws IOException {
        Path root = repositoryRoot();
        try (Stream<Path> guide = Files.list(root.resolve("docs/guide"))) {
            List<Path> pages = Stream.concat(Stream.of(root.resolve("README.md")), guide.sorted())
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList();
            return pages.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theCodeOfThePageCompilesAndRuns(Path page, @TempDir Path folder) throws Exception {
        Snippets snippets = Snippets.of(Files.readString(page));
        Class<?> compiled = SnippetCompiler.compile(page, snippets, folder);
        TestPostgres postgres = PostgresServer.shared().createDatabase("documentation");
        Pool pool = Pool.open(postgres.url());
        RedisToolkit redis = RedisToolkit.open(RedisServer.shared().url());
        try {
            Database db = Database.on(pool);
            compiled.getMethod(
                            "run",
                            String.class,
                            String.class,
                            Pool.class,
                            Database.class,
                            Transactions.class,
                            RedisToolkit.class)
                    .invoke(null, postgres.url(), RedisServer.shared().url(), pool, db, Transactions.on(db), redis);
        } finally {
            redis.close().then(pool.close()).block(Duration.ofSeconds(30));
            postgres.drop();
        }
    }

    @Test
    void everyPageOfTheGuideIsFound() throws IOException {
        assertThat(pages().map(page -> page.getFileName().toString()))
                .contains("README.md", "core.md", "pool.md", "tx.md", "redis.md", "queue.md", "sqlite.md", "test.md");
    }

    private static Path repositoryRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/guide"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
