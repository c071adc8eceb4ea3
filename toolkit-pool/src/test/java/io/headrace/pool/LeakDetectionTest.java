package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headrace.pool.PoolEvent.LeakSuspected;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(20)
class LeakDetectionTest {

    private static final Duration THRESHOLD = Duration.ofSeconds(30);

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<LeakSuspected> leaks = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LeakWatch.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        time.dispose();
    }

    private Pool pool(UnaryOperator<PoolConfigBuilder> settings) {
        PoolConfig config =
                PoolConfig.of(c -> settings.apply(c.name("shop").size(2).noMetrics()));
        Pool pool = Pool.on(driver, config, new Timing(time));
        pool.events().ofType(LeakSuspected.class).subscribe(leaks::add);
        return pool;
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void aLoanBeyondTheThresholdIsReportedOnceWithItsPlaceItsHolderAndItsStatement() {
        Pool pool = pool(c -> c.leakThreshold(THRESHOLD));
        Connection leaked = Loans.now(pool.create().contextWrite(Pool.holder("OrderService.place")));
        leaked.createStatement("SELECT *\n  FROM orders WHERE id = $1");

        time.advanceTimeBy(Duration.ofMillis(29_999));
        assertThat(leaks).isEmpty();
        time.advanceTimeBy(Duration.ofMillis(1));
        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(leaks).singleElement().satisfies(leak -> {
            assertThat(leak.holder()).isEqualTo("OrderService.place");
            assertThat(leak.callSite()).startsWith("LeakDetectionTest.aLoanBeyondTheThreshold");
            assertThat(leak.heldFor()).isEqualTo(THRESHOLD);
            assertThat(leak.lastStatement()).isEqualTo("SELECT *\n  FROM orders WHERE id = $1");
            assertThat(leak.reclaimed()).isFalse();
        });
        assertThat(warnings())
                .singleElement()
                .asString()
                .startsWith("pool 'shop': a connection may be leaked, held for 30 s by OrderService.place, acquired at "
                        + "LeakDetectionTest.aLoanBeyondTheThreshold")
                .endsWith(", last statement: SELECT * FROM orders WHERE id = $1. "
                        + "Close connections after use, or raise leakThreshold (30 s).");
        assertThat(leaked.isAutoCommit()).isTrue();
        giveBack(leaked);
    }

    @Test
    void eachLoanHasAThresholdOfItsOwnThoughThereIsOneTimer() {
        Pool pool = pool(c -> c.leakThreshold(THRESHOLD));
        Connection first = take(pool);
        time.advanceTimeBy(Duration.ofSeconds(10));
        Connection second = take(pool);

        time.advanceTimeBy(Duration.ofSeconds(20));
        assertThat(leaks).hasSize(1);
        time.advanceTimeBy(Duration.ofMillis(9_999));
        assertThat(leaks).hasSize(1);
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(leaks).hasSize(2);
        giveBack(first);
        giveBack(second);

        Connection third = take(pool);
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(leaks).hasSize(3);
        giveBack(third);
    }

    @Test
    void loansThatEndInTimeAreNotReported() {
        Pool pool = pool(c -> c.leakThreshold(THRESHOLD));
        for (int i = 0; i < 10; i++) {
            Connection connection = take(pool);
            time.advanceTimeBy(Duration.ofSeconds(29));
            giveBack(connection);
        }

        assertThat(leaks).isEmpty();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void withoutAThresholdNothingIsReported() {
        Pool pool = pool(c -> c);
        Connection connection = take(pool);

        time.advanceTimeBy(Duration.ofHours(10));

        assertThat(leaks).isEmpty();
        giveBack(connection);
    }

    @Test
    void aReclaimedConnectionIsClosedAndItsPlaceIsFree() {
        Pool pool = pool(c -> c.size(1).reclaimLeaksAfter(THRESHOLD));
        Connection leaked = take(pool);
        StepVerifier.create(pool.create())
                .then(() -> assertThat(pool.snapshot().waiting()).isOne())
                .thenCancel()
                .verify(SOON);

        time.advanceTimeBy(THRESHOLD);

        assertThat(leaks).singleElement().satisfies(leak -> assertThat(leak.reclaimed())
                .isTrue());
        assertThat(driver.opened.get(0).closed).isTrue();
        assertThat(pool.snapshot().size()).isZero();
        giveBack(take(pool));
        assertThat(driver.opened).hasSize(2);
        assertThatThrownBy(leaked::isAutoCommit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("pool 'shop': this connection was held for longer than the leakThreshold of 30 s and was "
                        + "taken back. Close connections after use, or raise leakThreshold.");
        assertThat(Loans.now(leaked.validate(ValidationDepth.LOCAL))).isFalse();
        giveBack(leaked);
        giveBack(leaked);
        assertThat(pool.snapshot().idle()).isOne();
        assertThat(pool.snapshot().acquired()).isZero();
    }

    @Test
    void aWaiterIsServedWhenAConnectionIsReclaimed() {
        Pool pool = pool(c -> c.size(1).acquireTimeout(Duration.ofMinutes(5)).reclaimLeaksAfter(THRESHOLD));
        take(pool);

        StepVerifier.create(pool.create())
                .then(() -> time.advanceTimeBy(THRESHOLD))
                .assertNext(Loans::giveBack)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aReclaimedConnectionDoesNotHoldUpTheClose() {
        Pool pool = pool(c -> c.reclaimLeaksAfter(THRESHOLD));
        take(pool);
        time.advanceTimeBy(THRESHOLD);

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
        assertThat(driver.stillOpen()).isZero();
    }

    @Test
    void aCallerThatWaitsInVainIsToldWhoHoldsForLongest() {
        Pool pool = pool(c -> c.size(1).acquireTimeout(Duration.ofSeconds(2)));
        Loans.now(pool.create().contextWrite(Pool.holder("OrderService.place")));
        time.advanceTimeBy(Duration.ofSeconds(39));

        StepVerifier.create(pool.create())
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(2)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .hasMessageStartingWith("pool 'shop': no connection within 2 s "
                                + "(1/1 in use, 1 waiting, longest hold 41 s at OrderService.place). "))
                .verify(SOON);
        assertThat(pool.snapshot().longestHold()).isEqualTo(Duration.ofSeconds(41));
    }

    @Test
    void withAThresholdTheLineOfTheProgramStandsInForANameThatIsMissing() {
        Pool pool = pool(c -> c.leakThreshold(THRESHOLD));
        Connection first = take(pool);
        time.advanceTimeBy(Duration.ofSeconds(1));
        Connection second = Loans.now(Mono.defer(pool::create).hide());

        assertThat(pool.snapshot().longestHolder()).startsWith("Loans.take(Loans.java:");
        giveBack(first);
        assertThat(pool.snapshot().longestHolder())
                .startsWith("Loans.now(Loans.java:")
                .isNotNull();
        giveBack(second);
        assertThat(pool.snapshot().longestHolder()).isNull();
        assertThat(pool.snapshot().longestHold()).isNull();
    }
}
