package io.headrace.tx.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.headrace.tx.Transactions;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
 * Many workers move money between accounts while some of them cancel, sessions are ended and links are cut. Five seconds
 * for each isolation level; {@code -Dheadrace.stress.seconds=600} for as long as one likes.
 */
@PostgresTest
@Timeout(value = 60, unit = TimeUnit.MINUTES)
@AllowDroppedErrors("the end of a session may come when nobody listens any more")
class BankTest {

    private static final Logger LOG = LoggerFactory.getLogger(BankTest.class);

    private static final Duration TIME = Chaos.time(5);
    private static final int WORKERS = 64;
    private static final int ACCOUNTS = 100;
    private static final int INITIAL = 1_000;
    private static final int CONNECTIONS = 12;
    private static final int LONGEST_PATIENCE_MICROS = 40_000;

    // A deadlock is found after deadlock_timeout, which is a second by default: too long for five of them.
    private static final String TABLES =
            """
            DROP TABLE IF EXISTS accounts, ledger;
            CREATE TABLE accounts (id int4 PRIMARY KEY, balance int8 NOT NULL);
            INSERT INTO accounts SELECT id, %d FROM generate_series(0, %d) AS id;
            CREATE TABLE ledger (id int8 PRIMARY KEY, payer int4 NOT NULL, payee int4 NOT NULL, amount int8 NOT NULL);
            ALTER DATABASE %s SET deadlock_timeout = '20ms'""";

    private static final String WRONG_BALANCES =
            """
            SELECT count(*) FROM accounts WHERE balance <> %d
                - coalesce((SELECT sum(amount) FROM ledger WHERE payer = accounts.id), 0)
                + coalesce((SELECT sum(amount) FROM ledger WHERE payee = accounts.id), 0)"""
                    .formatted(INITIAL);

    private record Transfer(long id, int payer, int payee, long amount) {}

    private final TestPostgres postgres;
    private final Fates fates = new Fates();
    private final AtomicLong ids = new AtomicLong();
    private volatile boolean open = true;
    private Line line;

    BankTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void openAccounts() {
        postgres.execute(TABLES.formatted(INITIAL, ACCOUNTS - 1, '"' + postgres.database() + '"'));
        line = new Line(postgres, CONNECTIONS, WORKERS);
        Line.giveBack(line.lendAll());
    }

    @AfterEach
    void close() {
        line.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"})
    void noMoneyIsMadeOrLostAndWhatWasSaidOfEachTransferIsTrue(String level) {
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
        assertThat(fates.contradictions(ledger()))
                .as("with -Dheadrace.stress.seed=%d", seed)
                .isEmpty();
        assertThat(postgres.queryLong("SELECT sum(balance)::int8 FROM accounts"))
                .isEqualTo((long) ACCOUNTS * INITIAL);
        assertThat(postgres.queryLong(WRONG_BALANCES)).isZero();
        assertThat(fates.showBoth()).as("%s", fates.counts()).isTrue();
        LOG.info(
                "{}: {} transfers, {}, {} with an error, {} in the ledger",
                level,
                ids.get(),
                fates.counts(),
                fates.failures(),
                ledger().size());
    }

    private Set<Long> ledger() {
        return new HashSet<>(line.db
                .sql("SELECT id FROM ledger")
                .as(Long.class)
                .flux()
                .collectList()
                .block(Line.LATER));
    }

    private Mono<Void> worker(IsolationLevel isolation, Random random) {
        Transactions tx = line.tx.with(options -> options.isolation(isolation));
        return Mono.defer(() -> once(tx, isolation, random)).repeat(() -> open).then();
    }

    private Mono<Void> once(Transactions tx, IsolationLevel isolation, Random random) {
        int payer = random.nextInt(ACCOUNTS);
        int payee = (payer + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        Transfer transfer = new Transfer(ids.incrementAndGet(), payer, payee, 1 + random.nextInt(50));
        Mono<Long> whole = fates.of(transfer.id(), tx, move(transfer, isolation));
        Mono<Long> patient = random.nextInt(4) == 0
                ? whole.timeout(Duration.ofNanos(1_000L * (1 + random.nextInt(LONGEST_PATIENCE_MICROS))))
                : whole;
        return patient.onErrorComplete().then();
    }

    private Mono<Long> move(Transfer transfer, IsolationLevel isolation) {
        return add(transfer.payer(), -transfer.amount(), isolation)
                .then(add(transfer.payee(), transfer.amount(), isolation))
                .then(line.db
                        .sql("INSERT INTO ledger VALUES (:id, :payer, :payee, :amount)")
                        .bindAll(transfer)
                        .update());
    }

    /** From repeatable read on what was read may be relied on, and the new balance is computed here. */
    private Mono<Long> add(int account, long amount, IsolationLevel isolation) {
        if (isolation.equals(IsolationLevel.READ_COMMITTED)) {
            return line.db
                    .sql("UPDATE accounts SET balance = balance + :amount WHERE id = :account")
                    .bind("amount", amount)
                    .bind("account", account)
                    .update();
        }
        return line.db
                .sql("SELECT balance FROM accounts WHERE id = :account")
                .bind("account", account)
                .as(Long.class)
                .one()
                .flatMap(balance -> line.db
                        .sql("UPDATE accounts SET balance = :balance WHERE id = :account")
                        .bind("balance", balance + amount)
                        .bind("account", account)
                        .update());
    }
}
