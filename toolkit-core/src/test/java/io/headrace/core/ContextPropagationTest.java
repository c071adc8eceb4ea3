package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.Scope;
import io.headrace.core.connection.ScopeEnds;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.observe.Recorder;
import io.headrace.core.observe.StatementLabel;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.micrometer.context.ContextRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** What a request carries along reaches everything that runs for it: in Reactor's context, and in thread-locals of it. */
@PostgresTest
class ContextPropagationTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String KEY = "request";
    private static final ThreadLocal<String> REQUEST = new ThreadLocal<>();

    record Item(int id) {}

    private final TestPostgres postgres;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    ContextPropagationTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void createItems() {
        postgres.execute("DROP TABLE IF EXISTS items; CREATE TABLE items (id int4)");
    }

    private Database database(boolean observed) {
        DatabaseConfig config = DatabaseConfig.defaults();
        return Database.on(postgres.connectionFactory(), observed ? config.withListener(new Recorder()) : config);
    }

    private static <T> Flux<T> rows(Database db, T value) {
        return db.sql("SELECT n FROM generate_series(1, 600) AS n")
                .as((row, metadata) -> value)
                .flux();
    }

    @Nested
    class InReactorsContext {

        private <T> Flux<T> noting(Flux<T> source) {
            return Flux.deferContextual(context -> {
                seen.add(context.getOrDefault(KEY, "nothing"));
                return source;
            });
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void aSourceOfRowsOfABulkSeesIt(boolean observed) {
            database(observed)
                    .bulk("items", Item.class)
                    .insert(noting(Flux.just(new Item(1))))
                    .contextWrite(context -> context.put(KEY, "r1"))
                    .block(LIMIT);

            assertThat(seen).containsExactly("r1");
        }

        @Test
        void bodiesAndEndsOfAScopeSeeIt() {
            Scope.flux(
                            noting(Flux.just("resource")),
                            resource -> noting(Flux.just(1)),
                            ScopeEnds.<String>always(resource -> noting(Flux.empty())))
                    .contextWrite(context -> context.put(KEY, "r1"))
                    .blockLast(LIMIT);

            assertThat(seen).containsExactly("r1", "r1", "r1");
        }

        @Test
        void theBodyOfATransactionAndPublishersOnItsSessionSeeIt() {
            Database db = database(false);
            TransactionScope.of(db.sessions(), TransactionMode.defaults())
                    .flux(session -> noting(session.run(connection -> noting(Flux.just(1)))
                            .concatWith(session.stream(
                                    StatementLabel.of("stream"), "stream", connection -> noting(Flux.just(2))))))
                    .contextWrite(context -> context.put(KEY, "r1"))
                    .blockLast(LIMIT);

            assertThat(seen).containsExactly("r1", "r1", "r1");
        }
    }

    @Nested
    class InThreadLocals {

        @BeforeEach
        void propagate() {
            ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, REQUEST);
            Hooks.enableAutomaticContextPropagation();
        }

        @AfterEach
        void stopPropagating() {
            Hooks.disableAutomaticContextPropagation();
            ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
            REQUEST.remove();
        }

        private void note() {
            seen.add(String.valueOf(REQUEST.get()));
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void rowMappersAndOperatorsBehindAStatementSeeThem(boolean observed) {
            REQUEST.set("r1");
            database(observed)
                    .sql("SELECT n FROM generate_series(1, 600) AS n")
                    .as((row, metadata) -> {
                        note();
                        return 1;
                    })
                    .flux()
                    .doOnNext(row -> note())
                    .doOnComplete(this::note)
                    .blockLast(LIMIT);

            assertThat(seen).hasSize(1_201).containsOnly("r1");
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void operatorsBehindPartitionsAndUpdatesSeeThem(boolean observed) {
            Database db = database(observed);
            REQUEST.set("r1");
            db.sql("SELECT n FROM generate_series(1, 600) AS n")
                    .as(Integer.class)
                    .partitions(100)
                    .doOnNext(partition -> note())
                    .blockLast(LIMIT);
            db.sql("INSERT INTO items VALUES (1)")
                    .update()
                    .doOnNext(rows -> note())
                    .block(LIMIT);

            assertThat(seen).hasSize(7).containsOnly("r1");
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void aSourceOfRowsOfABulkSeesThem(boolean observed) {
            REQUEST.set("r1");
            database(observed)
                    .bulk("items", Item.class)
                    .insert(Flux.range(1, 25_000).map(n -> {
                        if (n % 1_000 == 0) {
                            note();
                        }
                        return new Item(n);
                    }))
                    .doOnNext(result -> note())
                    .block(LIMIT);

            assertThat(seen).hasSize(26).containsOnly("r1");
        }

        @Test
        void aTransactionAndWhatFollowsSeeThem() {
            Database db = database(false);
            REQUEST.set("r1");
            TransactionScope.of(db.sessions(), TransactionMode.defaults())
                    .mono(session -> rows(db, 1)
                            .doOnNext(row -> note())
                            .then(Mono.fromRunnable(this::note))
                            .thenReturn(1))
                    .doOnNext(value -> note())
                    .block(LIMIT);

            assertThat(seen).hasSize(602).containsOnly("r1");
        }

        /** Two requests on the same event loop must not see each other's. */
        @Test
        void twoRequestsAtOnceSeeTheirOwn() {
            Database db = database(false);

            Flux.range(0, 8)
                    .flatMap(
                            n -> rows(db, "r" + n)
                                    .doOnNext(value -> assertThat(REQUEST.get()).isEqualTo(value))
                                    .contextWrite(context -> context.put(KEY, "r" + n)),
                            8)
                    .blockLast(LIMIT);
        }
    }
}
