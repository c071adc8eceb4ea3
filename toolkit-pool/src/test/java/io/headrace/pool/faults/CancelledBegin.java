package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.now;

import io.headrace.test.FaultProxy;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** One borrower cancels its BEGIN while it is under way; the next one asks for a transaction of another kind. */
enum CancelledBegin {

    /** The subscription is cancelled, and then the connection given back. */
    BY_HAND {
        @Override
        void borrow(ConnectionFactory pool, FaultProxy proxy) {
            Connection first = now(pool.create());
            proxy.delay(ONE_WAY);
            Disposable begin = Mono.from(first.beginTransaction()).subscribe();
            begin.dispose();
            done(first.close());
        }
    },

    /** What an application looks like. */
    BY_A_TIMEOUT {
        @Override
        void borrow(ConnectionFactory pool, FaultProxy proxy) {
            now(one(pool, "SELECT 1", Integer.class));
            proxy.delay(ONE_WAY);
            Mono.usingWhen(
                            pool.create(),
                            connection -> Mono.from(connection.beginTransaction())
                                    .timeout(ONE_WAY.dividedBy(4))
                                    .onErrorComplete(),
                            Connection::close)
                    .block(Ask.LATER);
        }
    };

    /** A window of twice this time is open, on a machine that is busy too. */
    private static final Duration ONE_WAY = Duration.ofMillis(150);

    abstract void borrow(ConnectionFactory pool, FaultProxy proxy);

    /** The isolation level that the second borrower gets when it asks for SERIALIZABLE. */
    static String isolationOfTheNext(ConnectionFactory pool) {
        Connection second = now(pool.create());
        // by the end of any statement the driver has seen the late answer to the first BEGIN, and skips the next one
        now(one(second, "SELECT 1", Integer.class));
        done(second.beginTransaction(IsolationLevel.SERIALIZABLE));
        String isolation = now(one(second, "SHOW transaction_isolation", String.class));
        done(second.rollbackTransaction());
        done(second.close());
        return isolation;
    }
}
