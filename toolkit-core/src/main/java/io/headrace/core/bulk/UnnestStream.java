package io.headrace.core.bulk;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Cuts a stream of records into chunks of arrays. For one subscription. */
final class UnnestStream<T extends Record> {

    private final BulkPlan<T> plan;
    private @Nullable UnnestChunk<T> current;
    private long rows;

    UnnestStream(BulkPlan<T> plan) {
        this.plan = plan;
    }

    Flux<UnnestChunk<T>> cut(Publisher<? extends T> source) {
        return Flux.from(source)
                .<UnnestChunk<T>>handle((row, sink) -> {
                    UnnestChunk<T> chunk = current == null ? new UnnestChunk<>(plan, rows) : current;
                    chunk.add(row);
                    current = chunk;
                    if (chunk.isFull(ChunkLimits.UNNEST)) {
                        rows += chunk.rows();
                        current = null;
                        sink.next(chunk);
                    }
                })
                .concatWith(Mono.defer(() -> Mono.justOrEmpty(current)));
    }
}
