// A tiny app of Slack's own JavaScript framework. It knows nothing of the sandbox but an address, a token and a secret,
// which come as environment variables; it says "listening <port>" once it can be reached.
const { App } = require('@slack/bolt');

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  socketMode: Boolean(process.env.SLACK_APP_TOKEN),
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL, retryConfig: { retries: 0 } },
});

const card = [
  { type: 'section', text: { type: 'mrkdwn', text: 'A ticket' } },
  {
    type: 'actions',
    elements: [{ type: 'button', action_id: 'take', value: '7', text: { type: 'plain_text', text: 'Take' } }],
  },
];

const form = {
  type: 'modal',
  callback_id: 'ticket_form',
  title: { type: 'plain_text', text: 'Ticket' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: { type: 'plain_text', text: 'Name' },
      element: { type: 'plain_text_input', action_id: 'name_input' },
    },
  ],
};

app.command('/ticket', async ({ ack, command, client, respond }) => {
  await ack();
  if (command.text === 'form') {
    await client.views.open({ trigger_id: command.trigger_id, view: form });
  } else {
    await respond(`You said ${command.text}`);
    await client.chat.postMessage({
      channel: command.channel_id,
      text: 'A ticket',
      blocks: card,
      metadata: { event_type: 'ticket', event_payload: { ticket: 7 } },
    });
  }
});

app.action('take', async ({ ack, body, client }) => {
  await ack();
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `Taken by <@${body.user.id}>` });
});

app.view('ticket_form', async ({ ack, view, client }) => {
  const name = view.state.values.name.name_input.value;
  if (name === 'bad') {
    await ack({ response_action: 'errors', errors: { name: 'Not that name' } });
    return;
  }
  await ack();
  await client.chat.postMessage({ channel: '#incidents', text: `Ticket for ${name}` });
});

app.event('app_mention', async ({ event, say }) => {
  await say({ text: 'You called?', thread_ts: event.thread_ts || event.ts });
});

app.event('app_home_opened', async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [card[0]] } });
});

(async () => {
  const server = await app.start(0);
  const address = server && server.address ? server.address() : null;
  console.log(`listening ${address ? address.port : 0}`);
})();
