// Runs npm's discord-digital-twin, with a small door to do in it what a person does. Argument: the folder that it
// is installed in. Says its ports and ids; ends with its stdin.
import http from 'node:http'

const { DigitalDiscord } = await import(process.argv[2] + '/node_modules/discord-digital-twin/dist/index.js')
const discord = new DigitalDiscord({
  channels: [{ name: 'general', type: 0 }],
  users: [{ username: 'ada' }],
  botToken: 'a-token-of-the-twin',
})
await discord.start()
const channelId = (await discord.prisma.channel.findMany())[0].id
const userId = await discord.getFirstNonBotUserId()
const acts = {
  '/slash': (said) => discord.simulateSlashCommand({ channelId, userId, ...said }),
  '/press': (said) => discord.simulateButtonClick({ channelId, userId, ...said }),
  '/messages': () => discord.channel(channelId).getMessages(),
}
const door = http.createServer(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  try {
    response.end(JSON.stringify(await acts[request.url](JSON.parse(body))))
  } catch (error) {
    response.statusCode = 500
    response.end(JSON.stringify(String(error)))
  }
})
door.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ port: discord.port, door: door.address().port, user: userId })),
)
process.stdin.on('end', () => process.exit()).resume()
