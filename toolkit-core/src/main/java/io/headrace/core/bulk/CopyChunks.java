package io.headrace.core.bulk;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Cuts a stream of records into chunks that are worth a COPY of their own. For one subscription. */
final class CopyChunks<T extends Record> {

    private final CopyPlan<T> plan;
    private CopyChunk<T> current;

    CopyChunks(CopyPlan<T> plan) {
        this.plan = plan;
        this.current = new CopyChunk<>(plan);
    }

    Flux<CopyChunk<T>> cut(Publisher<T> rows) {
        return Flux.from(rows)
                .<CopyChunk<T>>handle((row, sink) -> {
                    current.add(row);
                    if (current.isFull()) {
                        sink.next(current);
                        current = new CopyChunk<>(plan);
                    }
                })
                .concatWith(Mono.defer(() -> current.rows() == 0 ? Mono.empty() : Mono.just(current)));
    }
}
