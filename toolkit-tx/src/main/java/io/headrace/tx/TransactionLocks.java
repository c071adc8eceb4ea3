package io.headrace.tx;

import io.headrace.core.Database;
import io.headrace.core.SqlStatement;
import io.headrace.core.connection.Session;
import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.UnsupportedFeatureException;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * Advisory locks of PostgreSQL that belong to the current transaction: one after the other do what must not be done at the
 * same time, where there is no row that could be locked. The server gives them back when the transaction ends, or when the
 * savepoint behind which they were taken is rolled back; nobody can forget to.
 *
 * <p>Everything is lazy, and fails with a {@link NoTransactionException} before anything is sent where no transaction is
 * under way. A lock that its transaction holds already is given again at once. Signals arrive on the driver's event loop.
 *
 * <p>A wait is limited by {@link TransactionOptions#lockTimeout} or {@link #timeout}; then the statement fails with an error
 * of the kind {@code LOCK_TIMEOUT}, and what it belongs to has to be rolled back: put it behind {@link Transactions#nested()}
 * if the transaction is to go on. A cancel of the transaction, or of the part that is nested, stops the wait on the server. A cancel
 * of nothing but the wait does not, since that would abort the transaction: whatever comes next waits behind it. So
 * use a lock timeout, and not Reactor's {@code timeout}.
 */
public final class TransactionLocks {

    private final Database database;

    private TransactionLocks(Database database) {
        this.database = database;
    }

    /**
     * Locks of this database.
     *
     * @throws UnsupportedFeatureException where it is not PostgreSQL
     */
    public static TransactionLocks on(Database database) {
        Dialect dialect = database.sessions().dialect();
        if (!dialect.name().equals("PostgreSQL")) {
            throw new UnsupportedFeatureException(dialect.name()
                    + " has no advisory locks that end with a transaction; "
                    + (dialect.hasOneWriter()
                            ? "a transaction that may write keeps out all others that may, so none is needed"
                            : "lock a row instead, by SqlStatement.locking"));
        }
        return new TransactionLocks(database);
    }

    /** Waits until nobody else holds this lock in any way, and takes it. Completes when it is held. */
    public Mono<Void> lock(LockKey key) {
        return waiting("lock()", "pg_advisory_xact_lock", key);
    }

    /** Waits until nobody else holds this lock for himself, and shares it. Completes when it is held. */
    public Mono<Void> lockShared(LockKey key) {
        return waiting("lockShared()", "pg_advisory_xact_lock_shared", key);
    }

    /** Takes this lock if nobody else holds it in any way. Emits whether it is held now, without waiting for anybody. */
    public Mono<Boolean> tryLock(LockKey key) {
        return trying("tryLock()", "pg_try_advisory_xact_lock", key);
    }

    /** Shares this lock if nobody else holds it for himself. Emits whether it is held now, without waiting for anybody. */
    public Mono<Boolean> tryLockShared(LockKey key) {
        return trying("tryLockShared()", "pg_try_advisory_xact_lock_shared", key);
    }

    /**
     * From now on no statement of the transaction waits longer for a lock, of a row or an advisory one, 1 ms or more; until
     * it ends, or until the savepoint behind which this was said is rolled back. Instead of
     * {@link TransactionOptions#lockTimeout} where a part of a transaction is more patient than the rest.
     */
    public Mono<Void> timeout(Duration limit) {
        long milliseconds = checked(limit).toMillis();
        return inside(
                        "timeout()",
                        database.sql("SELECT set_config('lock_timeout', :limit, true)")
                                .named("timeout()")
                                .bind("limit", milliseconds + "ms")
                                .as(String.class)
                                .one())
                .then();
    }

    private static Duration checked(Duration limit) {
        return Objects.requireNonNull(
                TransactionMode.defaults().withLockTimeout(limit).lockTimeout());
    }

    private Mono<Void> waiting(String operation, String function, LockKey key) {
        SqlStatement statement = database.sql("SELECT 1 FROM " + function + "(" + key.arguments() + ")")
                .named(operation);
        return inside(operation, key.bindTo(statement).as(Integer.class).one()).then();
    }

    private Mono<Boolean> trying(String operation, String function, LockKey key) {
        SqlStatement statement =
                database.sql("SELECT " + function + "(" + key.arguments() + ")").named(operation);
        return inside(operation, key.bindTo(statement).as(Boolean.class).one());
    }

    private <T> Mono<T> inside(String operation, Mono<T> statement) {
        return Mono.deferContextual(context -> {
            Session session = database.sessions().current(context);
            return session == null || !session.isTransactional()
                    ? Mono.error(new NoTransactionException(operation))
                    : statement;
        });
    }
}
