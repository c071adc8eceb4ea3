package io.headrace.test;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;
import reactor.core.Exceptions;
import reactor.core.publisher.Hooks;

/**
 * Fails a test during which Reactor dropped an error: one that came after the end of its stream, and that a program
 * would find in its log at best.
 *
 * <p>JUnit registers it by itself where {@code junit.jupiter.extensions.autodetection.enabled} is true; elsewhere use
 * {@code @ExtendWith(DroppedErrorsExtension.class)}. It adds to {@link Hooks#onErrorDropped} before each test and resets
 * that hook, with anything that the test added, after the test and its {@code @AfterEach} methods. The hook is one
 * for the whole JVM: tests that run at the same time are blamed for each other. {@link AllowDroppedErrors} turns the
 * check off.
 *
 * <p>One error does not count: an {@link IOException} without a subscriber that could hear of it. Drivers on Netty drop it when
 * they write to a socket whose other end has just gone; whoever waits for an answer is told by another way.
 */
public final class DroppedErrorsExtension implements BeforeEachCallback, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(DroppedErrorsExtension.class);

    /** For JUnit, which makes one for all tests. */
    public DroppedErrorsExtension() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        Dropped dropped = new Dropped(new ConcurrentLinkedQueue<>());
        context.getStore(NAMESPACE).put(Dropped.class, dropped);
        Hooks.onErrorDropped(error -> {
            if (!isOfAWriteThatNobodyWaitsFor(error)) {
                dropped.errors().add(error);
            }
        });
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Hooks.resetOnErrorDropped();
        Dropped dropped = context.getStore(NAMESPACE).remove(Dropped.class, Dropped.class);
        if (dropped == null || dropped.errors().isEmpty() || allowed(context)) {
            return;
        }
        AssertionError failure = new AssertionError(
                "%s: Reactor dropped %d error(s), the first is %s. Handle it where it arises, or mark the test with @AllowDroppedErrors if it is the point of the test."
                        .formatted(
                                context.getDisplayName(),
                                dropped.errors().size(),
                                dropped.errors().peek()));
        dropped.errors().forEach(failure::addSuppressed);
        throw failure;
    }

    private static boolean isOfAWriteThatNobodyWaitsFor(Throwable error) {
        return Exceptions.isErrorCallbackNotImplemented(error) && error.getCause() instanceof IOException;
    }

    private static boolean allowed(ExtensionContext context) {
        for (ExtensionContext at = context; at != null; at = at.getParent().orElse(null)) {
            if (AnnotationSupport.isAnnotated(at.getElement(), AllowDroppedErrors.class)) {
                return true;
            }
        }
        return false;
    }

    private record Dropped(Queue<Throwable> errors) {}
}
