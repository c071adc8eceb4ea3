package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class StreamConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends StreamContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends StreamContract {
        OnH2() {
            super(H2Database.create());
        }
    }

    @Nested
    class OnMariadb extends StreamContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }

        /** The driver has no cursors; what keeps memory flat is that it stops reading from the socket. */
        @Test
        void rowsThatWereNotAskedForStayOnTheServer() {
            Mono<Long> blocked = db.sql("SELECT count(*) FROM information_schema.processlist"
                            + " WHERE db = database() AND info LIKE '%repeat%' AND state LIKE 'Writing to net%'"
                            + " AND id <> connection_id()")
                    .as(Long.class)
                    .one()
                    .filter(sessions -> sessions == 1)
                    .repeatWhenEmpty(200, retries -> retries.delayElements(Duration.ofMillis(25)));

            StepVerifier.create(
                            db.sql("SELECT repeat('x', 1000) FROM " + database.numbers(40_000))
                                    .as(String.class)
                                    .flux(),
                            0)
                    .expectSubscription()
                    .thenRequest(10)
                    .expectNextCount(10)
                    .then(() -> assertThat(blocked.block(TestDatabase.LIMIT)).isEqualTo(1))
                    .thenRequest(Long.MAX_VALUE)
                    .expectNextCount(39_990)
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);
        }
    }

    @Nested
    class OnSqlite extends StreamContract {
        OnSqlite() {
            super(SqliteFile.create());
        }
    }
}
