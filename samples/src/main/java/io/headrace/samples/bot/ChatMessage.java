package io.headrace.samples.bot;

/**
 * A message that somebody wrote.
 *
 * @param id given by the chat service, which may deliver a message twice
 * @param chat where it was written
 * @param text what it says
 */
public record ChatMessage(String id, String chat, String text) {}
