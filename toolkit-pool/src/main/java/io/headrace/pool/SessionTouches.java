package io.headrace.pool;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.sql.SessionEffect;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** What borrowers changed in the session of one connection, and how it is changed back. */
final class SessionTouches {

    private static final Set<SessionEffect> SETTINGS = Set.of(SessionEffect.SETTINGS);

    private final Connection driver;
    private final Dialect dialect;

    /** Replaced as a whole; the transaction is not among them. */
    private volatile Set<SessionEffect> touched = Set.of();

    /** The level before the first change. */
    private volatile @Nullable IsolationLevel isolationLevel;

    SessionTouches(Connection driver, Dialect dialect) {
        this.driver = driver;
        this.dialect = dialect;
    }

    void settings() {
        add(SETTINGS);
    }

    /** It is about to be changed by the driver, which also remembers it. */
    void isolationLevel() {
        if (isolationLevel == null) {
            isolationLevel = driver.getTransactionIsolationLevel();
        }
    }

    void add(Set<SessionEffect> effects) {
        if (touched.containsAll(effects)) {
            return;
        }
        synchronized (this) {
            Set<SessionEffect> more = EnumSet.copyOf(effects);
            more.addAll(touched);
            more.remove(SessionEffect.TRANSACTION);
            touched = Collections.unmodifiableSet(more);
        }
    }

    boolean isEmpty() {
        return touched.isEmpty() && isolationLevel == null;
    }

    /** Outside a transaction; an error where it can't be changed back. */
    Mono<Void> undo() {
        return Mono.defer(() -> {
                    IsolationLevel before = isolationLevel;
                    return before == null ? Mono.empty() : Mono.from(driver.setTransactionIsolationLevel(before));
                })
                .then(Mono.defer(this::undoEffects))
                .then(Mono.fromRunnable(this::forget));
    }

    private Mono<Void> undoEffects() {
        Set<SessionEffect> effects = touched;
        return effects.isEmpty()
                ? Mono.empty()
                : dialect.undo(driver, effects)
                        .<Mono<Void>>map(SessionTouches::direct)
                        .orElseGet(() -> Mono.error(new DeadConnectionException(
                                "its session was changed in a way that can't be undone: " + effects, null)));
    }

    private static Mono<Void> direct(Publisher<Void> publisher) {
        return Mono.fromDirect(publisher);
    }

    private void forget() {
        touched = Set.of();
        isolationLevel = null;
    }
}
