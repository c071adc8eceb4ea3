package io.headrace.core.coalesce;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Twice 50,000 loads from four threads, every fourth one cancelled at some time: each is answered once and rightly, or not at all. */
@PostgresTest
class LoaderStressTest {

    record Product(long id, String name) {}

    private static final int LOADS = 50_000;
    private static final int THREADS = 4;

    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everyLoadIsAnsweredOnceOrCancelled(int concurrency, TestPostgres postgres) {
        postgres.execute("CREATE TABLE IF NOT EXISTS products (id int8 PRIMARY KEY, name text NOT NULL)");
        postgres.execute("INSERT INTO products SELECT n, 'p' || n FROM generate_series(0, 998, 2) AS n"
                + " ON CONFLICT DO NOTHING");
        RecordingFactory connections = new RecordingFactory(postgres.connectionFactory());
        Database db = Database.on(connections);
        Loader<Long, Product> loader = db.loader(
                db.sql("SELECT * FROM products WHERE id = ANY(:keys)"),
                Product.class,
                Product::id,
                LoaderConfig.defaults().withConcurrency(concurrency).withMaxWaiting(LOADS));

        Flux.range(0, THREADS)
                .flatMap(
                        thread -> Flux.range(0, LOADS / THREADS)
                                .flatMap(n -> load(loader, thread * LOADS + n), 200)
                                .subscribeOn(Schedulers.boundedElastic()),
                        THREADS)
                .blockLast(Duration.ofSeconds(120));

        assertThat(wrong).hasValue(0);
        assertThat(answered.get() + cancelled.get()).isEqualTo(LOADS);
        assertThat(answered.get()).isGreaterThan(LOADS / 2);
        RecordingFactory.until(() -> loader.queues().waitingOutside() == 0);
        connections.close();
    }

    /** Completes when the load has been answered or has been cancelled by another thread. */
    private Mono<Void> load(Loader<Long, Product> loader, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long key = random.nextInt(1_000);
        boolean cancels = random.nextInt(4) == 0;
        return Mono.create(done -> {
            BaseSubscriber<Product> subscriber = new BaseSubscriber<>() {
                private final AtomicLong signals = new AtomicLong();

                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(1);
                }

                @Override
                protected void hookOnNext(Product product) {
                    if (signals.incrementAndGet() != 1 || product.id() != key || key % 2 != 0) {
                        wrong.incrementAndGet();
                    }
                }

                @Override
                protected void hookOnComplete() {
                    if (signals.addAndGet(1_000) != (key % 2 == 0 ? 1_001 : 1_000)) {
                        wrong.incrementAndGet();
                    }
                    answered.incrementAndGet();
                    done.success();
                }

                @Override
                protected void hookOnError(Throwable error) {
                    wrong.incrementAndGet();
                    done.error(error);
                }

                @Override
                protected void hookOnCancel() {
                    cancelled.incrementAndGet();
                    done.success();
                }
            };
            loader.load(key).subscribe(subscriber);
            if (cancels) {
                Schedulers.parallel().schedule(subscriber::cancel);
            }
        });
    }
}
