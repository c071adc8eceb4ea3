package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A cancelled statement is stopped on the server, drained, and its connection closed; the leak check sees the rest. */
@PostgresTest
class StatementCancellationTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestPostgres postgres;
    private final Database db;

    StatementCancellationTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @Test
    void aLongStatementIsStoppedOnTheServer() {
        Disposable running = db.sql("SELECT 1 FROM pg_sleep(:seconds)")
                .bind("seconds", 60)
                .as(Integer.class)
                .one()
                .subscribe();
        awaitBackends(1, "active");

        running.dispose();

        awaitBackends(0, "active");
    }

    @Test
    void aStreamThatIsCutOffGivesItsConnectionBack() {
        db.sql("SELECT n FROM generate_series(1, 10000000) AS n")
                .as(Long.class)
                .flux()
                .take(10)
                .collectList()
                .as(StepVerifier::create)
                .assertNext(rows -> assertThat(rows).hasSize(10))
                .expectComplete()
                .verify(LIMIT);

        awaitBackends(0, "active");
    }

    /** The driver hangs for good when such a result is cancelled (2,000 rows, no parameter); see the list of traps. */
    @Test
    void aFailingNeighbourNeverLeavesAStatementHanging() {
        Mono<Integer> round = Flux.range(0, 8)
                .flatMap(
                        i -> Mono.zip(
                                        db.sql("SELECT n, repeat('x', 100) AS pad FROM generate_series(1, 2000) AS n")
                                                .as((row, metadata) -> row.get("n", Integer.class))
                                                .flux()
                                                .count(),
                                        Mono.error(new IllegalStateException("neighbour")))
                                .onErrorResume(IllegalStateException.class, error -> Mono.empty())
                                .thenReturn(i),
                        8)
                .then(db.sql("SELECT 1").as(Integer.class).one());

        for (int i = 0; i < 20; i++) {
            StepVerifier.create(round).expectNext(1).expectComplete().verify(LIMIT);
        }
    }

    @Test
    void aStopRequestNeverHitsTheNextStatementOfTheSameConnection() {
        Connection connection = Mono.from(postgres.connectionFactory().create()).block(LIMIT);
        assertThat(connection).isNotNull();
        Database onOne = Database.on(new SameConnection(connection, postgres.connectionFactory()));
        try {
            for (int i = 0; i < 40; i++) {
                onOne.sql("SELECT n FROM generate_series(1, 1000000) AS n")
                        .as(Long.class)
                        .flux()
                        .take(Duration.ofMillis(ThreadLocalRandom.current().nextInt(1, 12)))
                        .then()
                        .block(LIMIT);
                onOne.sql("SELECT count(*) FROM generate_series(1, 20000)")
                        .as(Long.class)
                        .one()
                        .as(StepVerifier::create)
                        .expectNext(20000L)
                        .expectComplete()
                        .verify(LIMIT);
            }
        } finally {
            Mono.from(connection.close()).block(LIMIT);
        }
    }

    private void awaitBackends(int count, String state) {
        Mono.fromSupplier(() -> postgres.backends().stream()
                        .filter(backend -> backend.state().equals(state))
                        .toList())
                .subscribeOn(Schedulers.boundedElastic())
                .filter(backends -> backends.size() == count)
                .repeatWhenEmpty(200, retries -> retries.delayElements(Duration.ofMillis(25)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("still " + List.copyOf(postgres.backends()))))
                .block(LIMIT);
    }

    /** A pool of one without a pool: lends the same connection, one borrower after the other. */
    private static final class SameConnection implements ConnectionFactory {
        private final Connection connection;
        private final ConnectionFactory origin;
        private final AtomicReference<Mono<Void>> turns = new AtomicReference<>(Mono.empty());

        SameConnection(Connection connection, ConnectionFactory origin) {
            this.connection = connection;
            this.origin = origin;
        }

        @Override
        public Publisher<? extends Connection> create() {
            return Mono.defer(() -> {
                Sinks.Empty<Void> givenBack = Sinks.empty();
                Mono<Void> turn = turns.getAndSet(givenBack.asMono());
                return turn.thenReturn(new LentConnection(connection, givenBack))
                        .doOnCancel(() -> turn.subscribe(null, null, givenBack::tryEmitEmpty));
            });
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return origin.getMetadata();
        }
    }
}
