// Runs npm's telegram-test-api. Argument: the folder that it is installed in. Says its port; ends with its stdin.
const net = require('node:net')
const { TelegramServer } = require(process.argv[2] + '/node_modules/telegram-test-api/lib/telegramServer.js')

const probe = net.createServer().listen(0, '127.0.0.1', () => {
  const port = probe.address().port
  probe.close(async () => {
    await new TelegramServer({ port, host: '127.0.0.1' }).start()
    console.log(JSON.stringify({ port }))
  })
})
process.stdin.on('end', () => process.exit()).resume()
