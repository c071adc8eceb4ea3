package io.headrace.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A part behind a savepoint that is cancelled alone is stopped on the server, and its transaction goes on. */
@PostgresTest
class SavepointStopTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final TestPostgres postgres;
    private final Database db;

    SavepointStopTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @BeforeEach
    void createNotes() {
        postgres.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 PRIMARY KEY)");
    }

    private Mono<Long> insert(int id) {
        return db.sql("INSERT INTO notes VALUES (:id)").bind("id", id).update();
    }

    /** At once the savepoint is perhaps not answered yet; later the statement behind it runs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 300})
    void itDoesNotRunOut(int milliseconds) {
        Mono<Integer> sleep =
                db.sql("SELECT 1 FROM pg_sleep(60)").as(Integer.class).one();

        StepVerifier.create(TransactionScope.of(db.sessions(), TransactionMode.defaults())
                        .mono(session -> insert(1)
                                .then(SavepointScope.of(db.sessions(), session)
                                        .mono(inner -> insert(2).then(sleep))
                                        .timeout(Duration.ofMillis(milliseconds))
                                        .onErrorReturn(TimeoutException.class, 0))
                                .then(insert(3))))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(postgres.queryString("SELECT string_agg(id::text, ',' ORDER BY id) FROM notes"))
                .isEqualTo("1,3");
    }
}
