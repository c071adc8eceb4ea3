package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds the master by asking sentinels, one after the other, the one that answered last first. */
final class SentinelLocator implements Locator {

    private final List<RedisEndpoint> sentinels;
    private final String master;
    private final boolean encrypted;
    private final NodeQuestions withoutLogin;
    private final NodeQuestions withLogin;
    private final AtomicReference<@Nullable CompletableFuture<RedisEndpoint>> underWay = new AtomicReference<>();
    private volatile int first;

    /**
     * @param encrypted whether the master speaks TLS, sentinels may differ
     * @param withoutLogin asks sentinels as most of them are, which know no users
     * @param withLogin asks those that want the same user and password as the server
     */
    SentinelLocator(
            List<RedisEndpoint> sentinels,
            String master,
            boolean encrypted,
            NodeQuestions withoutLogin,
            NodeQuestions withLogin) {
        this.sentinels = List.copyOf(sentinels);
        this.master = master;
        this.encrypted = encrypted;
        this.withoutLogin = withoutLogin;
        this.withLogin = withLogin;
    }

    @Override
    public CompletionStage<RedisEndpoint> locate(Duration limit) {
        CompletableFuture<RedisEndpoint> mine = new CompletableFuture<>();
        CompletableFuture<RedisEndpoint> present = underWay.get();
        if (present != null) {
            return present;
        }
        if (!underWay.compareAndSet(null, mine)) {
            return locate(limit);
        }
        CompletableFuture<RedisEndpoint> answer = new CompletableFuture<>();
        answer.whenComplete((endpoint, error) -> {
            underWay.set(null);
            if (endpoint != null) {
                mine.complete(endpoint);
            } else {
                mine.completeExceptionally(error);
            }
        });
        // a sentinel that is down must not use up the time of the others
        Duration each = limit.dividedBy(sentinels.size() + 1L);
        ask(0, each, answer, "");
        return mine;
    }

    private void ask(int asked, Duration limit, CompletableFuture<RedisEndpoint> result, String failures) {
        if (asked == sentinels.size()) {
            result.completeExceptionally(
                    new ConnectFailure("no sentinel knows a master '" + master + "'" + failures + "."));
            return;
        }
        int index = (first + asked) % sentinels.size();
        RedisEndpoint sentinel = sentinels.get(index);
        withoutLogin.ask(sentinel, limit, question()).whenComplete((reply, error) -> {
            if (error != null && String.valueOf(error.getMessage()).startsWith("NOAUTH")) {
                withLogin
                        .ask(sentinel, limit, question())
                        .whenComplete((second, failure) ->
                                answered(new Answer(index, asked, second, failure), limit, result, failures));
            } else {
                answered(new Answer(index, asked, reply, error), limit, result, failures);
            }
        });
    }

    private record Answer(int index, int asked, @Nullable Response reply, @Nullable Throwable error) {}

    private void answered(Answer answer, Duration limit, CompletableFuture<RedisEndpoint> result, String failures) {
        RedisEndpoint sentinel = sentinels.get(answer.index());
        Response reply = answer.reply();
        if (reply != null && reply.size() == 2) {
            first = answer.index();
            result.complete(new RedisEndpoint(reply.get(0).toString(), (int) Replies.number(reply.get(1)), encrypted));
            return;
        }
        Throwable error = answer.error();
        String failure = error == null ? "it knows no such master" : String.valueOf(error.getMessage());
        ask(answer.asked() + 1, limit, result, failures + "; " + sentinel + ": " + failure);
    }

    private RedisCommand question() {
        return RedisCommand.about(Command.SENTINEL, null)
                .with("GET-MASTER-ADDR-BY-NAME")
                .with(master);
    }
}
