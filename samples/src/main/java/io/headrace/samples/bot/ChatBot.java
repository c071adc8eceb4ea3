package io.headrace.samples.bot;

import io.headrace.core.Database;
import io.headrace.redis.ConsumeOptions;
import io.headrace.redis.EnqueueOptions;
import io.headrace.redis.Job;
import io.headrace.redis.JobInbox;
import io.headrace.redis.JobOutcome;
import io.headrace.redis.JobQueue;
import io.headrace.redis.RateLimiter;
import io.headrace.redis.RedisToolkit;
import io.headrace.tx.Transactions;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Counts the messages of each chat and says the number. A message becomes a job by its own key, so a second delivery adds
 * nothing. The count is changed in one transaction with a row that names the job, so a second attempt changes nothing.
 * Answers go out at the pace that the chat service allows; a job that would have to wait for long goes back to the queue.
 */
public final class ChatBot {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Database db;
    private final Chat chat;
    private final JobQueue<ChatMessage> queue;
    private final RateLimiter pace;
    private final JobInbox inbox;

    /** A bot of its own for each name. */
    public ChatBot(String name, RedisToolkit redis, Database db, Transactions tx, Chat chat) {
        this.db = db;
        this.chat = chat;
        this.queue = redis.queue(name, ChatMessage.class);
        this.pace = redis.rateLimiter(name + "-pace", l -> l.limit(20, Duration.ofSeconds(1)));
        this.inbox = JobInbox.of(tx.required(), this::isFirst);
    }

    /** Creates the tables. */
    public Mono<Void> setUp() {
        return db.sql(
                        """
                        CREATE TABLE IF NOT EXISTS handled (job text PRIMARY KEY);
                        CREATE TABLE IF NOT EXISTS counts (chat text PRIMARY KEY, messages int NOT NULL);
                        """)
                .run()
                .then();
    }

    /** Takes messages from the service; each is safe once its id has come out. */
    public Flux<String> receive(Flux<ChatMessage> messages) {
        return queue.enqueueAll(
                messages,
                message -> EnqueueOptions.builder().unique(message.id()).build());
    }

    /** Answers messages until it is cancelled; any number of bots may do so. */
    public Flux<JobOutcome<ChatMessage>> answer(ConsumeOptions options) {
        return queue.consume(
                job -> Flux.from(inbox.<ChatMessage>handler(this::count).apply(job))
                        .then(pace.acquire(job.payload().chat(), LONGEST_PAUSE))
                        .then(Mono.defer(() -> say(job))),
                options);
    }

    private Mono<Boolean> isFirst(Job<?> job) {
        return db.sql("INSERT INTO handled (job) VALUES (:job) ON CONFLICT DO NOTHING")
                .bind("job", job.id())
                .update()
                .map(rows -> rows == 1);
    }

    private Mono<Long> count(Job<ChatMessage> job) {
        return db.sql(
                        """
                        INSERT INTO counts (chat, messages) VALUES (:chat, 1)
                        ON CONFLICT (chat) DO UPDATE SET messages = counts.messages + 1
                        """)
                .bind("chat", job.payload().chat())
                .update();
    }

    private Mono<Void> say(Job<ChatMessage> job) {
        String where = job.payload().chat();
        return db.sql("SELECT messages FROM counts WHERE chat = :chat")
                .bind("chat", where)
                .as(Integer.class)
                .one()
                .flatMap(number -> chat.send(where, job.id(), "That was message " + number + "."));
    }
}
