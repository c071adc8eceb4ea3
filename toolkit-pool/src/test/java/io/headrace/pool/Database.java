package io.headrace.pool;

import io.r2dbc.spi.Connection;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A database without a network, in virtual time, that goes down and up and knows when it was asked for a connection. */
final class Database {

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final CountedTimers timers = new CountedTimers(time);
    final FakeDriver driver = new FakeDriver();

    /** When each connect began, in milliseconds. */
    final List<Long> connects = new CopyOnWriteArrayList<>();

    private volatile double chance;
    private volatile UnaryOperator<Mono<Connection>> state = connection -> connection;

    Database() {
        driver.connecting = connection -> {
            connects.add(time.now(TimeUnit.MILLISECONDS));
            return state.apply(connection);
        };
    }

    Pool pool(UnaryOperator<PoolConfigBuilder> settings) {
        return Pool.on(
                driver,
                PoolConfig.of(c -> settings.apply(c.name("shop"))),
                new Timing(timers, () -> chance, Schedulers.immediate()));
    }

    void chance(double value) {
        chance = value;
    }

    void goesDown() {
        fails(new ConnectException("refused"));
    }

    void fails(Throwable error) {
        state = connection -> Mono.error(error);
    }

    void answers(UnaryOperator<Mono<Connection>> answer) {
        state = answer;
    }

    void comesUp() {
        state = connection -> connection;
    }

    List<FakeConnection> open() {
        return new ArrayList<>(
                driver.opened.stream().filter(connection -> !connection.closed).toList());
    }
}
