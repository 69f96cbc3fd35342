import type { BEHAVIOURS } from "./error-behaviours.ts";
import type { ErrorText } from "./error-types.ts";

const text = (titlePt: string, advicePt: string, titleEn: string, adviceEn: string): ErrorText => ({
  titlePt,
  titleEn,
  advicePt,
  adviceEn,
});

const TOKEN_REFUSED = text(
  "Chave de acesso da linha recusada",
  "A chave de acesso venceu ou foi cancelada. Gere uma nova no painel da Meta, atualize a linha e sincronize.",
  "The line's access token was refused",
  "The access token has expired or was revoked. Create a new one at Meta, update the line and sync it.",
);
const PERMISSION_MISSING = text(
  "A chave de acesso não tem permissão",
  "Dê ao usuário do sistema, no painel da Meta, acesso à conta do WhatsApp e permissão para enviar mensagens. Depois sincronize a linha.",
  "The access token lacks permission",
  "At Meta, give the system user access to the WhatsApp account and permission to send messages. Then sync the line.",
);
const META_DOWN = text(
  "Serviço da Meta fora do ar",
  "A Meta ficou indisponível por mais tempo do que as novas tentativas cobrem. Tente de novo mais tarde.",
  "Meta's service was down",
  "Meta was unavailable for longer than our retries last. Try again later.",
);
const CALL_QUOTA = text(
  "Limite de chamadas à Meta atingido",
  "Muitas chamadas foram feitas em pouco tempo e as novas tentativas não bastaram. Tente de novo mais tarde.",
  "Meta's call limit was reached",
  "Too many calls were made in a short time and our retries were not enough. Try again later.",
);
const META_UNSURE = text(
  "Erro interno da Meta",
  "A Meta não informou o motivo e as novas tentativas também falharam. Se acontecer com muitos contatos, fale com o suporte.",
  "Meta's internal error",
  "Meta gave no reason and our retries failed as well. If it happens to many contacts, ask support.",
);
const REQUEST_REFUSED = text(
  "A Meta recusou os dados do envio",
  "Confira os dados do contato e as variáveis da campanha. Se acontecer com todos os contatos, fale com o suporte.",
  "Meta refused the data of this send",
  "Check the contact's data and the campaign's variables. If it happens to every contact, ask support.",
);
const VARIABLE_INVALID = text(
  "Valor de variável não aceito",
  "Confira os valores usados nas variáveis do modelo: quebras de linha, tabulações e muitos espaços seguidos não são aceitos.",
  "A variable's value was not accepted",
  "Check the values used in the template's variables: line breaks, tabs and many spaces in a row are not accepted.",
);
const TEMPLATE_NAME_TAKEN = text(
  "Nome ou idioma do modelo já em uso",
  "Já existe um modelo com este nome e idioma, ou ele foi excluído há pouco. Escolha outro nome.",
  "The template's name or language is taken",
  "A template with this name and language exists or was deleted a short time ago. Choose another name.",
);
const TEMPLATE_CONTENT = text(
  "Conteúdo do modelo não aceito",
  "Revise o texto, as variáveis, os exemplos e os botões do modelo e envie de novo para aprovação.",
  "The template's content was not accepted",
  "Review the template's text, variables, examples and buttons, and submit it again.",
);
const MEDIA_UNAVAILABLE = text(
  "Arquivo da mensagem não pôde ser usado",
  "Confira se o endereço do arquivo abre sem senha e se o tipo e o tamanho são aceitos pelo WhatsApp.",
  "The message's file could not be used",
  "Check that the file's address opens without a password and that WhatsApp accepts its type and size.",
);
const NOT_REGISTERED = text(
  "Número não registrado na Meta",
  "Registre o número outra vez no painel da Meta e sincronize a linha.",
  "The number is not registered at Meta",
  "Register the number again at Meta and sync the line.",
);
const TEMPLATE_MISSING = text(
  "Modelo inexistente ou não aprovado",
  "Confira se o modelo está aprovado neste idioma na conta da linha, sincronize os modelos e retome a campanha.",
  "The template is missing or not approved",
  "Check that the template is approved in this language in the line's account, sync the templates and resume the campaign.",
);
const TYPE_NOT_SUPPORTED = text(
  "Tipo de mensagem não aceito",
  "O WhatsApp não aceita este tipo de mensagem aqui. Use outro modelo ou fale com o suporte.",
  "The message type is not supported",
  "WhatsApp does not take this type of message here. Use another template or ask support.",
);

/** What people read about each code. The compiler holds the list to the one of `BEHAVIOURS`. */
export const ERROR_TEXTS: Record<keyof typeof BEHAVIOURS, ErrorText> = {
  0: TOKEN_REFUSED,
  1: META_UNSURE,
  2: META_DOWN,
  3: PERMISSION_MISSING,
  4: CALL_QUOTA,
  10: PERMISSION_MISSING,
  33: text(
    "Número não encontrado na Meta",
    "O número foi removido da conta ou a chave de acesso não o alcança. Confira o cadastro da linha e sincronize.",
    "The number was not found at Meta",
    "The number was removed from the account or the access token does not reach it. Check the line's data and sync it.",
  ),
  100: REQUEST_REFUSED,
  190: TOKEN_REFUSED,
  200: PERMISSION_MISSING,
  368: text(
    "Conta bloqueada por violar as políticas da Meta",
    "Veja no painel da Meta qual regra foi violada e peça uma análise. Nenhuma linha desta conta envia até lá.",
    "The account was blocked for breaking Meta's policies",
    "See at Meta which rule was broken and ask for a review. Until then no line of this account sends.",
  ),
  613: CALL_QUOTA,
  80007: CALL_QUOTA,
  130403: text(
    "Contato bloqueado pela sua empresa",
    "Sua empresa bloqueou este contato no WhatsApp. Desbloqueie-o antes de enviar de novo.",
    "Your business has blocked this contact",
    "Your business blocked this contact on WhatsApp. Unblock the contact before sending again.",
  ),
  130429: text(
    "Ritmo de envio da linha acima do permitido",
    "A linha enviou mais mensagens por segundo do que a Meta permite. O ritmo é reduzido sem que você precise fazer nada.",
    "The line sent faster than allowed",
    "The line sent more messages per second than Meta allows. Its pace is lowered; there is nothing for you to do.",
  ),
  130472: text(
    "Contato em um teste da Meta",
    "A Meta está testando não entregar mensagens de marketing a algumas pessoas. O número é válido; não reenvie este modelo.",
    "The contact is part of an experiment of Meta's",
    "Meta is testing not to deliver marketing messages to some people. The number is good; do not send this template again.",
  ),
  130497: text(
    "Linha sem autorização para o país do contato",
    "A Meta não deixa este número enviar para o país do contato. Para o Brasil, use números +55 de uma empresa verificada.",
    "The line may not write to the contact's country",
    "Meta does not let this number write to the contact's country. For Brazil, use +55 numbers of a verified business.",
  ),
  131000: META_UNSURE,
  131005: PERMISSION_MISSING,
  131008: REQUEST_REFUSED,
  131009: REQUEST_REFUSED,
  131014: MEDIA_UNAVAILABLE,
  131016: META_DOWN,
  131021: text(
    "O contato é a própria linha",
    "O telefone do contato é o mesmo da linha que envia. Corrija o telefone ou retire o contato do público.",
    "The contact is the line itself",
    "The contact's phone is the same as the sending line's. Correct it or take the contact out of the audience.",
  ),
  131026: text(
    "Mensagem não pôde ser entregue",
    "O número pode não ter WhatsApp, usar uma versão antiga ou não aceitar mensagens da empresa. Confirme o telefone com o contato.",
    "The message could not be delivered",
    "The number may not be on WhatsApp, use an old version or not take messages from the business. Confirm the phone with the contact.",
  ),
  131030: text(
    "Contato fora da lista do número de teste",
    "A linha é um número de teste e só envia a contatos cadastrados na Meta. Use uma linha de produção.",
    "The contact is not on the test number's list",
    "The line is a test number and only writes to contacts listed at Meta. Use a production line.",
  ),
  131031: text(
    "Conta bloqueada pela Meta",
    "Veja o motivo no painel da Meta e peça uma análise. Nenhuma linha desta conta envia até lá.",
    "The account was locked by Meta",
    "See the reason at Meta and ask for a review. Until then no line of this account sends.",
  ),
  131037: text(
    "Nome de exibição não aprovado",
    "Peça à Meta a aprovação do nome de exibição deste número e depois sincronize a linha.",
    "The display name is not approved",
    "Have Meta approve this number's display name, then sync the line.",
  ),
  131042: text(
    "Problema de pagamento na conta da Meta",
    "Confira no painel da Meta a forma de pagamento, a moeda e faturas em aberto. Nada é enviado até que isso seja resolvido.",
    "Payment problem in the account at Meta",
    "Check payment method, currency and open invoices at Meta. Nothing is sent until this is solved.",
  ),
  131045: NOT_REGISTERED,
  131047: text(
    "Fora da janela de 24 horas",
    "O contato não escreveu nas últimas 24 horas, então só um modelo aprovado pode ser enviado.",
    "Outside the 24-hour window",
    "The contact has not written in the past 24 hours, so only an approved template can be sent.",
  ),
  131048: text(
    "Linha limitada por bloqueios e denúncias",
    "Muitas pessoas bloquearam ou denunciaram este número. Reveja público e conteúdo antes de religar a linha.",
    "The line is limited after blocks and reports",
    "Many people blocked or reported this number. Review audience and content before you turn the line on again.",
  ),
  131049: text(
    "Limite de mensagens de marketing do contato",
    "A Meta limita quantas mensagens de marketing cada pessoa recebe de todas as empresas. O número é válido; espere ao menos 24 horas.",
    "The contact's marketing message limit",
    "Meta limits how many marketing messages each person gets from all businesses. The number is good; wait at least 24 hours.",
  ),
  131050: text(
    "Contato parou as mensagens de marketing",
    "O contato pediu no WhatsApp para não receber mais marketing da sua empresa. O pedido foi registrado e será respeitado.",
    "The contact stopped marketing messages",
    "The contact asked WhatsApp for no more marketing from your business. The request is recorded and will be respected.",
  ),
  131051: TYPE_NOT_SUPPORTED,
  131052: text(
    "Arquivo do contato não pôde ser baixado",
    "O arquivo que o contato enviou não pôde ser lido. Peça que envie de novo.",
    "The contact's file could not be downloaded",
    "The file that the contact sent could not be read. Ask the contact to send it again.",
  ),
  131053: MEDIA_UNAVAILABLE,
  131055: TYPE_NOT_SUPPORTED,
  131056: text(
    "Muitas mensagens seguidas para o mesmo contato",
    "Esta linha enviou mensagens demais a este contato em pouco tempo. Espere alguns minutos antes de enviar outra.",
    "Too many messages in a row to the same contact",
    "This line sent too many messages to this contact in a short time. Wait a few minutes before the next one.",
  ),
  131057: text(
    "Número em manutenção na Meta",
    "A Meta está aumentando a capacidade deste número, o que leva cerca de um minuto. Não é preciso fazer nada.",
    "The number is in maintenance at Meta",
    "Meta is raising this number's capacity, which takes about a minute. There is nothing for you to do.",
  ),
  131058: text(
    "Modelo só para números de teste",
    "O modelo de exemplo da Meta só sai de números de teste. Escolha um modelo seu na campanha.",
    "This template is for test numbers only",
    "Meta's sample template can only be sent from test numbers. Choose one of your own for the campaign.",
  ),
  131059: text(
    "Lista de modelos interrompida",
    "A leitura da lista de modelos foi interrompida pela Meta. Sincronize os modelos de novo.",
    "The list of templates was cut off",
    "Meta cut off the reading of the template list. Sync the templates again.",
  ),
  131062: text(
    "Este modelo precisa do telefone do contato",
    "Mensagens com código de acesso só podem ir para um telefone. Cadastre o telefone do contato.",
    "This template needs the contact's phone",
    "Messages with an access code can only go to a phone. Add the contact's phone.",
  ),
  131063: text(
    "Envio de marketing desligado nesta conta",
    "A conta está configurada para enviar marketing só pela API de marketing da Meta. Religue o envio comum no painel da Meta.",
    "Marketing is switched off for this account",
    "The account is set to send marketing through Meta's marketing API only. Turn the common way on again at Meta.",
  ),
  131064: text(
    "Conta limitada por categoria errada de modelos",
    "A Meta limitou a conta porque modelos estavam na categoria errada. O limite acaba sozinho; corrija as categorias.",
    "The account is limited for wrong template categories",
    "Meta limited the account because templates were in the wrong category. It lifts by itself; correct the categories.",
  ),
  132000: text(
    "Quantidade de variáveis diferente do modelo",
    "O modelo mudou ou a campanha não preenche todas as variáveis. Sincronize os modelos e revise as variáveis.",
    "The number of variables differs from the template",
    "The template has changed or the campaign leaves variables empty. Sync the templates and review the variables.",
  ),
  132001: TEMPLATE_MISSING,
  132005: text(
    "Mensagem longa demais",
    "Com as variáveis preenchidas, o texto passou do tamanho permitido. Use valores mais curtos.",
    "The message is too long",
    "With its variables filled in, the text is longer than allowed. Use shorter values.",
  ),
  132007: text(
    "Texto em desacordo com as regras da Meta",
    "O texto do modelo ou de uma variável tem caracteres ou formato que a Meta não aceita. Revise-o.",
    "The text breaks Meta's rules",
    "The text of the template or of a variable has characters or a format that Meta does not accept. Review it.",
  ),
  132008: VARIABLE_INVALID,
  132012: VARIABLE_INVALID,
  132015: text(
    "Modelo pausado por baixa qualidade",
    "A Meta pausou o modelo porque muitas pessoas reagiram mal a ele. Melhore o conteúdo ou espere o fim da pausa e retome.",
    "The template is paused for low quality",
    "Meta paused the template because many people reacted badly to it. Improve it, or wait for the pause to end and resume.",
  ),
  132016: text(
    "Modelo desativado pela Meta",
    "O modelo foi pausado vezes demais e não pode mais ser usado. Crie um novo modelo com outro conteúdo.",
    "The template was disabled by Meta",
    "The template was paused too many times and can't be used any more. Create a new one with other content.",
  ),
  132018: VARIABLE_INVALID,
  132068: text(
    "Formulário do modelo bloqueado",
    "O formulário (Flow) ligado ao modelo foi bloqueado pela Meta. Corrija-o no painel da Meta e retome a campanha.",
    "The template's Flow is blocked",
    "The Flow behind this template was blocked by Meta. Correct it at Meta and resume the campaign.",
  ),
  132069: text(
    "Formulário do modelo com envio reduzido",
    "A Meta só deixa este formulário (Flow) ser enviado dez vezes por hora. Corrija-o no painel da Meta.",
    "The template's Flow is throttled",
    "Meta lets this Flow be sent only ten times an hour. Correct it at Meta.",
  ),
  133004: META_DOWN,
  133006: text(
    "Número precisa ser verificado de novo",
    "Verifique o número no painel da Meta, registre-o e sincronize a linha.",
    "The number must be verified again",
    "Verify the number at Meta, register it and sync the line.",
  ),
  133010: NOT_REGISTERED,
  133016: text(
    "Registro do número bloqueado por 72 horas",
    "O número foi registrado ou removido vezes demais. Espere 72 horas antes de registrá-lo de novo.",
    "The number's registration is blocked for 72 hours",
    "The number was registered or removed too many times. Wait 72 hours before you register it again.",
  ),
  134011: text(
    "Termos de pagamento não aceitos",
    "Aceite os termos de pagamento no painel da Meta e retome a campanha.",
    "The payment terms are not accepted",
    "Accept the payment terms at Meta and resume the campaign.",
  ),
  134100: text(
    "Este envio só aceita modelos de marketing",
    "O modelo não é da categoria marketing. Escolha um modelo de marketing.",
    "Only marketing templates can be sent this way",
    "The template is not in the marketing category. Choose a marketing template.",
  ),
  134101: text(
    "Modelo ainda em preparação na Meta",
    "Um modelo novo leva até dez minutos para poder ser enviado. Tente de novo mais tarde.",
    "Meta is still preparing the template",
    "A new template takes up to ten minutes until it can be sent. Try again later.",
  ),
  134102: TEMPLATE_MISSING,
  135000: text(
    "Envio recusado pela Meta sem motivo claro",
    "Confira as variáveis do modelo. Se muitas mensagens aceitas falharem assim, a Meta bloqueou o portfólio: veja o painel da Meta.",
    "Meta refused the message without a clear reason",
    "Check the template's variables. If many accepted messages fail like this, Meta has blocked the portfolio: look there.",
  ),
  137000: text(
    "A identidade do contato mudou",
    "O contato pode ter trocado de aparelho ou reinstalado o WhatsApp. Confirme o telefone antes de enviar de novo.",
    "The contact's identity has changed",
    "The contact may have changed device or installed WhatsApp again. Confirm the phone before sending again.",
  ),
  1752041: text(
    "API de marketing da Meta não ativada",
    "Conclua a ativação da API de marketing no painel da Meta e retome a campanha.",
    "Meta's marketing API is not set up",
    "Finish setting up the marketing API at Meta and resume the campaign.",
  ),
  2388019: text(
    "Limite de modelos da conta atingido",
    "Exclua modelos que não usa mais ou verifique a empresa na Meta para ter um limite maior.",
    "The account's template limit was reached",
    "Delete templates you no longer use, or verify the business at Meta for a higher limit.",
  ),
  2388023: TEMPLATE_NAME_TAKEN,
  2388024: TEMPLATE_NAME_TAKEN,
  2388039: TEMPLATE_CONTENT,
  2388040: TEMPLATE_CONTENT,
  2388047: TEMPLATE_CONTENT,
  2388072: TEMPLATE_CONTENT,
  2388073: TEMPLATE_CONTENT,
  2388293: TEMPLATE_CONTENT,
  2388299: TEMPLATE_CONTENT,
};

export const UNKNOWN_ERROR_TEXT: ErrorText = text(
  "Erro não identificado",
  "A mensagem foi recusada por um motivo que não conhecemos. Se acontecer com muitos contatos, fale com o suporte.",
  "Unidentified error",
  "The message was refused for a reason we do not know. If it happens to many contacts, ask support.",
);

export const GIVEN_UP_TEXT: ErrorText = text(
  "A espera pela linha foi encerrada",
  "A Meta bloqueou a linha e uma pessoa da equipe decidiu não esperar por ela. Para alcançar estas pessoas, crie outra campanha.",
  "The wait for the line was ended",
  "Meta blocked the line, and a person of the team decided not to wait for it. To reach these people, create another campaign.",
);
