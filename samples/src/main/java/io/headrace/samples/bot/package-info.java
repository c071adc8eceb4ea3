/**
 * A chat bot that answers every message once, however often its worker dies: a queue between receiving and answering, a rate
 * limit for each chat, and a database. Read {@link io.headrace.samples.bot.ChatBot}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.samples.bot;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
