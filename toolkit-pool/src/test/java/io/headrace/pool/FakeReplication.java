package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.core.connection.AccessMode;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A primary and two replicas without a database, which answer the looks as the test says, in virtual time. */
final class FakeReplication implements ReplicationQuestions {

    /** One server. */
    static final class Server {

        final FakeDriver driver = new FakeDriver();
        final AtomicInteger looks = new AtomicInteger();
        final Pool pool;

        Server(String name, UnaryOperator<PoolConfigBuilder> settings, VirtualTimeScheduler time) {
            pool = Pool.on(
                    driver,
                    PoolConfig.of(c -> settings.apply(c.name(name)).noMaxIdle().noMaxLife()),
                    new Timing(time));
        }

        boolean isBehind(Connection connection) {
            return driver.opened.contains(
                    connection instanceof HeldConnection held ? held.target() : FakeDriver.behind(connection));
        }
    }

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final Server primary;
    final Server first;
    final Server second;
    final RoutingPool pool;

    volatile Mono<Long> written = Mono.just(100L);
    volatile Mono<Applied> appliedByFirst = Mono.just(new Applied(true, 100));
    volatile Mono<Applied> appliedBySecond = Mono.just(new Applied(true, 100));

    FakeReplication(UnaryOperator<RoutingConfigBuilder> settings) {
        this(settings, c -> c);
    }

    FakeReplication(UnaryOperator<RoutingConfigBuilder> settings, UnaryOperator<PoolConfigBuilder> ofPools) {
        primary = new Server("primary", ofPools, time);
        first = new Server("first", ofPools, time);
        second = new Server("second", ofPools, time);
        pool = new RoutingPool(
                primary.pool, List.of(first.pool, second.pool), RoutingConfig.of(settings), this, new Timing(time));
    }

    @Override
    public Publisher<Long> written(Connection connection) {
        primary.looks.incrementAndGet();
        return written;
    }

    @Override
    public Publisher<Applied> applied(Connection connection) {
        Server replica = first.isBehind(connection) ? first : second;
        replica.looks.incrementAndGet();
        return replica == first ? appliedByFirst : appliedBySecond;
    }

    /** Has the looks begin, and the first ones end. */
    void start() {
        Loans.giveBack(Loans.now(pool.create()));
        pass(Duration.ofMillis(1));
    }

    void pass(Duration duration) {
        settle();
        time.advanceTimeBy(duration);
        settle();
    }

    /** Waits until the pools have come to the end of what they do now: they connect on a thread of their own. */
    void settle() {
        for (int hop = 0; hop < 5; hop++) {
            Mono.fromRunnable(() -> {}).subscribeOn(Schedulers.single()).block(Loans.SOON);
        }
    }

    Mono<Connection> reading() {
        return pool.create().contextWrite(AccessMode.READ_ONLY::in);
    }

    /** Borrows for reading, gives back, and tells of which pool it was. */
    @CanIgnoreReturnValue
    String readFrom() {
        return nameOf(Loans.now(reading()));
    }

    String writtenTo() {
        return nameOf(Loans.now(pool.create()));
    }

    String nameOf(Connection lent) {
        Server server = Stream.of(primary, first, second)
                .filter(candidate -> candidate.isBehind(lent))
                .findFirst()
                .orElseThrow();
        Loans.giveBack(lent);
        return server.pool.snapshot().name();
    }

    RoutingSnapshot.Replica replica(int index) {
        return pool.snapshot().replicas().get(index);
    }

    int looks() {
        return primary.looks.get() + first.looks.get() + second.looks.get();
    }
}
