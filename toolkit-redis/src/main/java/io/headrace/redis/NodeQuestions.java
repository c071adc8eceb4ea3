package io.headrace.redis;

import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import reactor.core.Disposable;

/** Asks servers single questions, each on a short connection of its own. */
final class NodeQuestions {

    private final ContextInternal context;
    private final LinkOpener opener;
    private final Failures failures;
    private final Timing timing;

    NodeQuestions(ContextInternal context, LinkOpener opener, Failures failures, Timing timing) {
        this.context = context;
        this.opener = opener;
        this.failures = failures;
        this.timing = timing;
    }

    /** Completes within the limit, on any thread. */
    CompletionStage<Response> ask(RedisEndpoint endpoint, Duration limit, RedisCommand question) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Disposable timer = timing.after(
                limit,
                () -> answer.completeExceptionally(new ConnectFailure("no answer within " + Wording.duration(limit))));
        answer.whenComplete((reply, error) -> timer.dispose());
        Locator locator = ignored -> CompletableFuture.completedFuture(endpoint);
        context.runOnContext(begin -> opener.open(locator, failures)
                .whenComplete((link, error) -> context.runOnContext(opened -> {
                    if (link == null) {
                        answer.completeExceptionally(error);
                    } else {
                        answer.whenComplete((reply, failure) -> context.runOnContext(end -> link.die(null)));
                        ask(link, question, answer);
                    }
                })));
        return answer;
    }

    private static void ask(Link link, RedisCommand question, CompletableFuture<Response> answer) {
        link.ask(question.request()).onComplete((reply, failure) -> {
            if (failure == null) {
                answer.complete(reply);
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }
}
