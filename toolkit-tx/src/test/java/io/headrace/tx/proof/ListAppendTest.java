package io.headrace.tx.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.TransactionOutcome;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.headrace.tx.Transactions;
import io.headrace.tx.proof.History.Append;
import io.headrace.tx.proof.History.Fate;
import io.headrace.tx.proof.History.Read;
import io.headrace.tx.proof.History.Step;
import io.headrace.tx.proof.History.Transaction;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Transactions append to lists and read them while some cancel, sessions are ended and links are cut; what each of them saw
 * must show no anomaly that its isolation level forbids. {@code -Dheadrace.stress.seconds=600} for as long as one likes.
 */
@PostgresTest
@Timeout(value = 60, unit = TimeUnit.MINUTES)
@AllowDroppedErrors("the end of a session may come when nobody listens any more")
class ListAppendTest {

    private static final Logger LOG = LoggerFactory.getLogger(ListAppendTest.class);

    private static final Duration TIME = Chaos.time(3);
    private static final int WORKERS = 16;
    private static final int CONNECTIONS = 8;
    private static final int KEYS = 20_000;
    private static final int KEYS_AT_ONCE = 6;

    /** Then the next keys are used, so that no list becomes long to read. */
    private static final int VALUES_PER_KEY = 60;

    private static final int MOST_STEPS = 5;
    private static final int LONGEST_PATIENCE_MICROS = 30_000;

    private final TestPostgres postgres;
    private final Fates fates = new Fates();
    private final Map<Integer, Queue<Step>> steps = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger values = new AtomicInteger();
    private volatile boolean open = true;
    private Line line;

    ListAppendTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void createLists() {
        postgres.execute(
                """
                DROP TABLE IF EXISTS lists;
                CREATE TABLE lists (key int4 PRIMARY KEY, list text NOT NULL);
                INSERT INTO lists SELECT key, '' FROM generate_series(0, %d) AS key;
                ALTER DATABASE %s SET deadlock_timeout = '20ms'"""
                        .formatted(KEYS - 1, '"' + postgres.database() + '"'));
        line = new Line(postgres, CONNECTIONS, WORKERS);
        Line.giveBack(line.lendAll());
    }

    @AfterEach
    void close() {
        line.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"})
    void nothingIsSeenThatTheLevelForbids(String level) {
        IsolationLevel isolation = IsolationLevel.valueOf(level);
        long seed = Chaos.seed();
        CompletableFuture<Void> workers = Flux.range(0, WORKERS)
                .flatMap(worker -> worker(isolation, new Random(seed + worker)), WORKERS)
                .then()
                .toFuture();

        Chaos.on(line, TIME, new Random(seed - 1), fates::showBoth);
        open = false;
        Mono.fromFuture(workers).block(Line.LATER);
        line.assertWhole();

        History history = history();
        Map<Anomaly, String> anomalies = HistoryChecker.check(history);
        LOG.info("{}: {} transactions, {}; shown: {}", level, ids.get(), fates.counts(), anomalies.keySet());
        anomalies.keySet().retainAll(Anomaly.forbiddenAt(isolation));
        assertThat(anomalies).as("with -Dheadrace.stress.seed=%d", seed).isEmpty();
        assertThat(fates.showBoth()).as("%s", fates.counts()).isTrue();
    }

    private Mono<Void> worker(IsolationLevel isolation, Random random) {
        Transactions tx = line.tx.with(options -> options.isolation(isolation));
        return Mono.defer(() -> once(tx, random)).repeat(() -> open).then();
    }

    private Mono<Void> once(Transactions tx, Random random) {
        int id = ids.incrementAndGet();
        Queue<Step> answered = steps.computeIfAbsent(id, unused -> new ConcurrentLinkedQueue<>());
        Mono<Long> body = Flux.range(0, 1 + random.nextInt(MOST_STEPS))
                .concatMap(n -> step(random).doOnNext(answered::add), 1)
                .count();
        Mono<Long> whole = fates.of(id, tx, body);
        Mono<Long> patient = random.nextInt(5) == 0
                ? whole.timeout(Duration.ofNanos(1_000L * (1 + random.nextInt(LONGEST_PATIENCE_MICROS))))
                : whole;
        return patient.onErrorComplete().then();
    }

    private Mono<Step> step(Random random) {
        int firstKey = values.get() / (VALUES_PER_KEY * KEYS_AT_ONCE) * KEYS_AT_ONCE;
        int key = (firstKey + random.nextInt(KEYS_AT_ONCE)) % KEYS;
        return random.nextBoolean() ? append(key, values.incrementAndGet()) : read(key);
    }

    private Mono<Step> append(int key, int value) {
        return line.db
                .sql("UPDATE lists SET list = list || ' ' || :value::text WHERE key = :key")
                .bind("value", value)
                .bind("key", key)
                .update()
                .map(rows -> new Append(key, value));
    }

    private Mono<Step> read(int key) {
        return line.db
                .sql("SELECT list FROM lists WHERE key = :key")
                .bind("key", key)
                .as(String.class)
                .one()
                .map(list -> new Read(key, parse(list)));
    }

    private static List<Integer> parse(String list) {
        return Arrays.stream(list.split(" "))
                .filter(value -> !value.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    private record Row(int key, String list) {}

    private History history() {
        List<Read> last = line.db
                .sql("SELECT key, list FROM lists WHERE list <> ''")
                .as(Row.class)
                .flux()
                .map(row -> new Read(row.key(), parse(row.list())))
                .collectList()
                .block(Line.LATER);
        List<Transaction> transactions = steps.entrySet().stream()
                .map(entry -> new Transaction(entry.getKey(), fate(entry.getKey()), List.copyOf(entry.getValue())))
                .toList();
        return new History(transactions, last);
    }

    private Fate fate(int id) {
        TransactionOutcome outcome = fates.outcome(id);
        if (outcome == null) {
            return Fate.ROLLED_BACK;
        }
        return switch (outcome) {
            case COMMITTED -> Fate.COMMITTED;
            case ROLLED_BACK -> Fate.ROLLED_BACK;
            case UNKNOWN -> Fate.UNKNOWN;
        };
    }
}
