package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.Disposable;

/** Callers of one pool and what became of them. */
final class Callers {

    final List<Connection> served = new CopyOnWriteArrayList<>();
    final List<Throwable> failed = new CopyOnWriteArrayList<>();

    private final Pool pool;

    Callers(Pool pool) {
        this.pool = pool;
    }

    @CanIgnoreReturnValue
    Disposable comes() {
        return pool.create().subscribe(served::add, failed::add);
    }

    @CanIgnoreReturnValue
    List<Disposable> come(int count) {
        List<Disposable> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(comes());
        }
        return all;
    }

    void giveAllBack() {
        List<Connection> all = List.copyOf(served);
        served.clear();
        all.forEach(Loans::giveBack);
    }
}
