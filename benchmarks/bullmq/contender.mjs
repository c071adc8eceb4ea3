// A contender in a process of its own. Each line of input is a piece of work; the answer is one line with its figure.
import { createInterface } from 'node:readline'
import { Queue, Worker } from 'bullmq'
import IORedis from 'ioredis'

const [host, port, payload] = [process.argv[2], Number(process.argv[3]), process.argv[4]]
const connect = () => new IORedis({ host, port, maxRetriesPerRequest: null })
const forget = { removeOnComplete: true, removeOnFail: true }
const queue = new Queue('contest', { connection: connect(), defaultJobOptions: forget })
const timed = new Queue('latency', { connection: connect(), defaultJobOptions: forget })

async function enqueue(count) {
  let done = 0
  while (done < count) {
    const size = Math.min(1000, count - done)
    const jobs = await queue.addBulk(Array.from({ length: size }, () => ({ name: 'job', data: payload })))
    done += jobs.length
  }
  return done
}

function consume(count) {
  return new Promise((resolve, reject) => {
    let done = 0
    const worker = new Worker('contest', async () => {}, { connection: connect(), concurrency: 256 })
    worker.on('error', reject)
    worker.on('completed', () => {
      if (++done === count) {
        worker.close().then(() => resolve(done), reject)
      }
    })
  })
}

/** Emits "p50 p99" in microseconds from the call that enqueues to the start of the handler. */
function latency(count, paceMicros) {
  return new Promise((resolve, reject) => {
    const sent = new Array(count)
    const taken = []
    let started = 0
    const worker = new Worker('latency', async job => {
      taken[job.data] = Number(process.hrtime.bigint() - sent[job.data]) / 1000
      if (++started === count) {
        const sorted = taken.sort((a, b) => a - b)
        const at = share => Math.round(sorted[Math.floor(sorted.length * share)])
        setImmediate(() => worker.close().then(() => resolve(at(0.5) + ' ' + at(0.99)), reject))
      }
    }, { connection: connect(), concurrency: 16 })
    worker.on('error', reject)
    worker.waitUntilReady().then(() => {
      const start = process.hrtime.bigint()
      let next = 0
      const timer = setInterval(() => {
        const due = Number(process.hrtime.bigint() - start) / 1000 / paceMicros
        for (; next < count && next <= due; next++) {
          sent[next] = process.hrtime.bigint()
          timed.add('job', next).catch(reject)
        }
        if (next === count) {
          clearInterval(timer)
        }
      }, Math.max(1, Math.floor(paceMicros / 1000)))
    }, reject)
  })
}

const works = { enqueue, consume, latency }

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...figures] = line.split(' ')
  console.log(await works[name](...figures.map(Number)))
}
process.exit(0)
