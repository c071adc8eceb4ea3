package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A batch of a lent connection, whose caller may cancel it at any time. */
final class LeasedBatch implements Batch {

    private final LentConnection lease;
    private final Batch batch;

    LeasedBatch(LentConnection lease, Batch batch) {
        this.lease = lease;
        this.batch = batch;
    }

    @Override
    @CanIgnoreReturnValue
    public Batch add(String sql) {
        lease.target().noteEffects(sql);
        batch.add(sql);
        return this;
    }

    @Override
    public Publisher<? extends Result> execute() {
        Reading reading = Reading.of(lease.onCancel(), false, false);
        Flux<Result> results = Flux.from(batch.execute()).map(result -> new LeasedResult(lease, result, reading));
        return TrackedFlux.results(lease, results, reading.results());
    }
}
