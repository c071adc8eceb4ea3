package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Streams records into one table by COPY after COPY. While the server takes one chunk the next is encoded on a thread of
 * its own, and no more than that: two chunks are held. For one subscription.
 */
final class CopyStream<T extends Record> {

    static final int INITIAL_BYTES = 1 << 16;

    /*
     * Its own threads: the event loop has the last chunk to write out meanwhile, and a program that waits for bulks on all
     * threads of a common scheduler must not wait for itself. Not "parallel" ones, because Netty's allocator, which the
     * driver asks for memory on the thread that sends, may briefly wait for a lock outside its event loops.
     */
    private static final Scheduler ENCODING = Schedulers.newBoundedElastic(
            Runtime.getRuntime().availableProcessors(), 100_000, "headrace-bulk", 60, true);

    private final BulkPlan<T> plan;
    private final ChunkLimits limits;
    private final boolean binary;

    // The buffers of chunks that the server has taken. One whose COPY failed or was cancelled may still be read by the
    // driver.
    private final Queue<RowBuffer> free = new ConcurrentLinkedQueue<>();

    private @Nullable CopyChunk<T> current;
    private long rows;

    CopyStream(BulkPlan<T> plan, ChunkLimits limits) {
        this.plan = plan;
        this.limits = limits;
        this.binary = plan.isBinary();
    }

    /** Into the table of this name in SQL, on one session. Emits what each chunk added. */
    Flux<BulkResult> send(Publisher<? extends T> source, Session session, String into) {
        return cut(source)
                .publishOn(ENCODING, false, 1)
                .concatMap(chunk -> chunk.send(session, into).map(sent -> taken(chunk, sent)), 0);
    }

    /** The same, where each chunk is sent in the caller's way and stays: an error of the source waits for it. */
    Flux<BulkResult> sendLasting(Publisher<? extends T> source, Function<CopyChunk<T>, Mono<Long>> sender) {
        return LastingChunks.send(
                LastingChunks.of(cut(source)).publishOn(ENCODING, false, 1),
                chunk -> sender.apply(chunk).map(sent -> taken(chunk, sent)));
    }

    private BulkResult taken(CopyChunk<T> chunk, long sent) {
        BulkResult result = new BulkResult(sent, 1, chunk.bytes());
        free.offer(chunk.data());
        return result;
    }

    private Flux<CopyChunk<T>> cut(Publisher<? extends T> source) {
        return Flux.from(source)
                .<CopyChunk<T>>handle((row, sink) -> {
                    CopyChunk<T> chunk = current == null ? begin() : current;
                    chunk.add(row);
                    current = chunk;
                    if (chunk.isFull(limits)) {
                        sink.next(end(chunk));
                    }
                })
                .concatWith(Mono.defer(() -> current == null ? Mono.empty() : Mono.just(end(current))));
    }

    private CopyChunk<T> begin() {
        RowBuffer buffer = free.poll();
        return new CopyChunk<>(plan, binary, buffer == null ? new RowBuffer(INITIAL_BYTES) : buffer, rows);
    }

    private CopyChunk<T> end(CopyChunk<T> chunk) {
        rows += chunk.rows();
        current = null;
        return chunk;
    }
}
